// The rule corpus (`tests/cases`) for tests in JavaScript: read by the crate that
// reads it for the native tests, with the SQL of every condition beside it.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inProject, root } from '../../scripts/project.mjs';

/** Every case file, as `crates/rules/proof/examples/corpus.rs` describes it. */
export function readCorpus() {
  const folder = inProject('tests', 'cases');
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.case'));
  const program = ['run', '--quiet', '--locked', '-p', 'ringfence-rules-proof', '--example', 'corpus', '--'];
  const ran = spawnSync('cargo', [...program, ...files.sort().map((name) => join(folder, name))], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (ran.status !== 0) throw new Error(`cargo ${program.join(' ')} failed`);
  const corpus = JSON.parse(ran.stdout);
  return corpus.map((file) => ({ ...file, path: file.path.slice(folder.length + 1) }));
}
