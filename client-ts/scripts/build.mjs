// `npm run build`: the modules as JavaScript with their types, in dist/.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { folder, runTool } from './terminal.mjs';

export async function build() {
  await rm(join(folder, 'dist'), { recursive: true, force: true });
  await runTool('typescript/bin/tsc', ['-p', 'tsconfig.json']);
}

if (process.argv[1] === import.meta.filename) await build();
