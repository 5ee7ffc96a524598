// Builds examples/todo with the client of client-ts, after installing the packages
// that the two need. Starts nothing.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inProject, node } from './project.mjs';
import { run, say } from './terminal.mjs';

export const example = inProject('examples', 'todo');
const client = inProject('client-ts');

export async function buildExample() {
  await install(client);
  await run(node, [join(client, 'scripts', 'build.mjs')]);
  await install(example);
  await run('npm', ['run', '--silent', 'build', '--', '--logLevel', 'warn'], { cwd: example });
}

// The stamp lies inside node_modules, so that removing the folder removes it.
async function install(folder) {
  const stamp = join(folder, 'node_modules', '.ringfence-lock');
  const lock = createHash('sha256').update(readFileSync(join(folder, 'package-lock.json'))).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  say(`installing the npm packages of ${folder.slice(inProject().length + 1)}`);
  await run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
  writeFileSync(stamp, lock);
}
