// Installs the packages that building and testing need, when the lock file is not
// the one that they were installed from.

import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder } from './terminal.mjs';

export function install() {
  // The stamp lies inside node_modules, so that removing the folder removes it.
  const stamp = join(folder, 'node_modules', '.ringfence-lock');
  const lock = createHash('sha256').update(readFileSync(join(folder, 'package-lock.json'))).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log('client: installing the npm packages');
  const words = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', words, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`npm ${words.join(' ')} failed in client-ts`);
  writeFileSync(stamp, lock);
}

if (process.argv[1] === import.meta.filename) install();
