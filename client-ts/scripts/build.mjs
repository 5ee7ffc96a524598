// `npm run build`: the modules as JavaScript with their types, the command line
// with all it needs in one file, the modules in Wasm, and the documents, in dist/.

import { chmod, cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build as bundle } from 'esbuild';
import { folder, runTool } from './terminal.mjs';
import { buildModules, checkFolder, rulesFolder } from './wasm.mjs';

export async function build() {
  await buildModules();
  await rm(join(folder, 'dist'), { recursive: true, force: true });
  await runTool('typescript/bin/tsc', ['-p', 'tsconfig.json']);
  const cli = join(folder, 'dist', 'cli.js');
  await bundle({
    entryPoints: [join(folder, 'cli', 'main.ts')],
    outfile: cli,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: '#!/usr/bin/env node' },
    // The licence of what is bundled goes along.
    legalComments: 'eof',
    logLevel: 'warning',
  });
  await chmod(cli, 0o755);
  for (const name of ['LICENSE-MIT', 'LICENSE-APACHE']) await cp(join(folder, '..', name), join(folder, 'dist', name));
  await cp(join(folder, '..', 'docs'), join(folder, 'dist', 'docs'), { recursive: true });
  for (const name of ['check.js', 'check_bg.wasm']) await cp(join(checkFolder, name), join(folder, 'dist', 'check', name));
  for (const name of ['rules.js', 'rules_bg.wasm']) await cp(join(rulesFolder, name), join(folder, 'dist', 'rules', 'wasm', name));
}

if (process.argv[1] === import.meta.filename) await build();
