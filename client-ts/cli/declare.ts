// `ringfence declare`: schema and rules from TypeScript as the TOML files that the
// server is built from. Changes only files that it wrote itself.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stringify } from 'smol-toml';
import type { DeclaredSchema } from '../src/declare/schema.ts';
import type { RuleTexts } from '../src/declare/rules.ts';
import { readFolder, type SourceFile } from './folder.ts';
import { Mistake } from './terminal.ts';

const mark = '# Written by `ringfence declare`';

/** Where the files go, and whether they are only compared. */
export interface DeclareOptions {
  schema: string;
  rules: string;
  isCheck: boolean;
}

/** Writes the files of the module's `schema` and `rules`. */
export async function declare(module: string, { schema, rules, isCheck }: DeclareOptions): Promise<void> {
  const declared = await load(module);
  const source = basename(module);
  const changed = [
    ...(await update(schema, source, declared.schema, isCheck)),
    ...(declared.rules ? await update(rules, source, declared.rules, isCheck) : []),
  ];
  if (isCheck && changed.length > 0) {
    throw new Mistake(`not up to date: ${changed.join(', ')}; run the command without --check`);
  }
  for (const path of changed) console.log(`wrote ${path}`);
}

async function load(path: string): Promise<{ schema: DeclaredSchema; rules: RuleTexts | undefined }> {
  let module: { schema?: DeclaredSchema; rules?: RuleTexts };
  try {
    module = (await import(pathToFileURL(resolve(path)).href)) as typeof module;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
      throw new Mistake(`this Node reads no TypeScript: use Node 22.18 or newer, or give the compiled JavaScript of ${path}`);
    }
    throw new Mistake(`${path} cannot be read: ${message}`);
  }
  if (!module.schema) throw new Mistake(`${path} exports no \`schema\`; write \`export const schema = defineSchema({…})\``);
  return { schema: module.schema, rules: module.rules };
}

async function update(
  folder: string,
  source: string,
  tables: Readonly<Record<string, object>>,
  isCheck: boolean,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  refuseStale(await readFolder(folder), tables, source);
  const changed: string[] = [];
  for (const [name, table] of Object.entries(tables)) {
    const path = join(folder, `${name}.toml`);
    const text = `${mark} from ${source}; change it there.\n\n${stringify(table)}\n`;
    const before = await readFile(path, 'utf8').catch(() => undefined);
    if (before === text) continue;
    if (before !== undefined && !before.startsWith(mark)) {
      throw new Mistake(`${path} was written by hand; move it away, or leave ${name} out of ${source}`);
    }
    changed.push(path);
    if (!isCheck) await writeFile(path, text);
  }
  return changed;
}

/** What is declared no more is somebody's decision: it may hold data. */
function refuseStale(files: readonly SourceFile[], tables: Readonly<Record<string, object>>, source: string): void {
  const stale = files.find((file) => file.text.startsWith(mark) && !(basename(file.path, '.toml') in tables));
  if (stale) throw new Mistake(`${stale.path} is not declared in ${source} any more; declare it as dropped(), or delete the file`);
}
