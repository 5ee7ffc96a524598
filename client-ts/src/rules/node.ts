// The rule language in Node, which does not fetch files: the module is read from
// the folder. All else is index.ts, and so are the types.

import { loadLanguage, type RuleLanguage, type RulesModule } from './language.ts';

export { RuleMistakes } from './language.ts';

export async function loadRules(module?: RulesModule): Promise<RuleLanguage> {
  return loadLanguage(module ?? (await readModule()));
}

async function readModule(): Promise<BufferSource> {
  const { readFile } = await import('node:fs/promises');
  return readFile(new URL('./wasm/rules_bg.wasm', import.meta.url));
}
