// The client inside a Worker, on real workerd, calling the server by a binding; and
// the rule language there.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { ask, CaseFile } from './corpus.js';
import { startServer } from './server.js';

interface Started {
  url: string;
  kill: () => Promise<unknown>;
}

const resolveDir = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ringfence-worker-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const worker = `
import { run } from './tests/program.mjs';

export default {
  async fetch(request, env) {
    return Response.json(await run('http://app', (url, init) => env.APP.fetch(url, init)));
  },
};`;

const rulesWorker = `
import module from 'ringfence/rules.wasm';
import { loadRules } from 'ringfence/rules';
import { ask } from './.build/tests/corpus.js';

export default {
  async fetch(request) {
    return Response.json(ask(await loadRules(module), await request.json()));
  },
};`;

test('everything that a page can do a Worker can', async () => {
  const server = await startServer();
  const file = await bundled('client', worker);
  const started = await startWorker(file, [], { APP: new URL(server.url).host });
  const reply = await fetch(started.url);
  const text = await reply.text();
  assert.equal(reply.status, 200, text);
  const program = (await import(new URL('../../tests/program.mjs', import.meta.url).href)) as { expected: object };
  assert.deepEqual(JSON.parse(text), program.expected);
});

test('rules mean the same inside a Worker', async () => {
  const file = await bundled('rules', rulesWorker);
  const wasm = { name: 'ringfence/rules.wasm', kind: 'wasm', file: `${resolveDir}dist/rules/wasm/rules_bg.wasm` };
  const { url } = await startWorker(file, [wasm]);
  const support = (await import(new URL('../../../tests/support/corpus.mjs', import.meta.url).href)) as { readCorpus: () => CaseFile[] };
  for (const one of support.readCorpus()) {
    const reply = await fetch(url, { method: 'POST', body: JSON.stringify(one) });
    const text = await reply.text();
    assert.equal(reply.status, 200, text);
    const { asked, failures } = JSON.parse(text) as ReturnType<typeof ask>;
    assert.ok(asked > 0, one.path);
    assert.deepEqual(failures, []);
  }
});

/** A Worker's source with all that it imports, but for what the runtime gives. */
async function bundled(name: string, source: string): Promise<string> {
  const outfile = join(folder, `${name}.mjs`);
  await build({ stdin: { contents: source, resolveDir }, bundle: true, format: 'esm', outfile, logLevel: 'silent', external: ['*.wasm'] });
  return outfile;
}

async function startWorker(file: string, more: object[] = [], servers = {}): Promise<Started> {
  const path = new URL('../../../scripts/workerd.mjs', import.meta.url).href;
  const { startWorkerd } = (await import(path)) as { startWorkerd: (options: object) => Promise<Started> };
  const modules = [{ name: 'worker.mjs', kind: 'esModule', file }, ...more];
  const started = await startWorkerd({ folder: mkdtempSync(join(folder, 'state-')), modules, classes: [], servers });
  after(() => started.kill());
  return started;
}
