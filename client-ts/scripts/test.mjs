// `npm test`: everything that must hold of the package before it is published.
// The tests against the real server use the bundle that `npm run build` of the
// project makes.

import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { install } from './install.mjs';
import { folder, runNode, runTool } from './terminal.mjs';

const steps = {
  // Imports what `install` may just have installed.
  build: async () => (await import('./build.mjs')).build(),
  // Not kept: whoever changes the example app's schema has nothing to write anew here.
  schema: () => runNode(['dist/cli.js', 'types', '--schema', '../schema', '--rules', '../rules', '--out', 'tests/app.ts']),
  docs: async () => (await import('./docs.mjs')).writeDocs({ check: true }),
  types: () => runTool('typescript/bin/tsc', ['-p', 'tests/tsconfig.json']),
  tests: runTests,
  publint: () => runTool('publint/src/cli.js', ['run', '--strict', '.'], { quiet: true }),
  'are the types wrong': () =>
    runTool('@arethetypeswrong/cli/dist/index.js', ['--pack', '.', '--profile', 'esm-only', '--exclude-entrypoints', 'rules.wasm'], { quiet: true }),
};

async function runTests() {
  if (!existsSync(join(folder, '..', 'dist', 'ringfence.js'))) {
    throw new Error('the server is not built: run `npm run build` in the folder above');
  }
  const compiled = join(folder, '.build', 'tests');
  const files = readdirSync(compiled).filter((name) => name.endsWith('.test.js'));
  await runNode(['--test', '--test-reporter=dot', ...files.map((name) => join(compiled, name))]);
}

install();
await rm(join(folder, '.build'), { recursive: true, force: true });
for (const [name, step] of Object.entries(steps)) {
  const failed = await step().then(() => undefined, (error) => error);
  console.log(`client, ${name}: ${failed ? `FAILED: ${failed.message}` : 'passed'}`);
  if (failed) {
    process.exitCode = 1;
    break;
  }
}
