// Starts plain `workerd serve` on a free port of 127.0.0.1, for tests and the
// bench. Nothing of wrangler takes part.

import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import workerd from 'workerd';
import { inProject } from './project.mjs';
import { bundle, writeWorkerdConfig } from './workerd-config.mjs';

/**
 * Serves the bundle with its state in `folder` and gives `{url, port, pid, output, stop, kill}`:
 * `stop` ends it in order, `kill` as a power cut would. `keepsOutput: false` drops what
 * it prints of each request. Other options are those of `writeWorkerdConfig`.
 */
export async function startWorkerd({ folder, keepsOutput = true, ...options }) {
  mkdirSync(join(folder, 'state'), { recursive: true });
  const config = writeWorkerdConfig({ folder, ...options });
  const child = spawn(workerd.default, ['serve', config, '--control-fd=3'], {
    stdio: ['ignore', keepsOutput ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  const output = [];
  for (const stream of [child.stdout, child.stderr].filter(Boolean)) {
    createInterface({ input: stream }).on('line', (line) => output.push(line));
  }
  const ended = new Promise((done) => child.once('exit', done));
  const bound = await Promise.race([listeningPort(child), ended.then(() => undefined)]);
  if (bound === undefined) throw new Error(`workerd did not start:\n${output.join('\n')}`);
  const end = (signal) => () => {
    child.kill(signal);
    return ended;
  };
  return { url: `http://127.0.0.1:${bound}`, port: bound, pid: child.pid, output, stop: end('SIGTERM'), kill: end('SIGKILL') };
}

/**
 * As `startWorkerd` of the bundle, but the hasher objects run in a process of their
 * own, as the platform places them; at the lowest priority, as there they take no
 * core from the app.
 */
export async function startWithHashersApart({ folder, ...options }) {
  const entry = (file) => ({
    name: `scripts/hashers-apart/${file}`,
    kind: 'esModule',
    file: inProject('scripts', 'hashers-apart', file),
  });
  const there = await startWorkerd({
    folder: join(folder, 'hashers'),
    modules: [entry('there.mjs'), ...bundle()],
    classes: ['HasherObject'],
  });
  setPriority(there.pid, constants.priority.PRIORITY_LOW);
  const here = await startWorkerd({
    folder,
    modules: [entry('here.mjs'), ...bundle()],
    servers: { HASHERS: `127.0.0.1:${there.port}` },
    ...options,
  });
  const endBoth = (how) => () => Promise.all([here[how](), there[how]()]);
  return { ...here, hashers: there, stop: endBoth('stop'), kill: endBoth('kill') };
}

function listeningPort(child) {
  return new Promise((done) => {
    createInterface({ input: child.stdio[3] }).on('line', (line) => {
      const message = JSON.parse(line);
      if (message.event === 'listen') done(message.port);
    });
  });
}
