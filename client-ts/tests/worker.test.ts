// The client inside a Worker, on real workerd, calling the server by a binding.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { startServer } from './server.js';

interface Started {
  url: string;
  kill: () => Promise<unknown>;
}

const folder = mkdtempSync(join(tmpdir(), 'ringfence-worker-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const worker = `
import { createClient } from 'ringfence';

export default {
  async fetch(request, env) {
    const client = createClient('http://app', { fetch: (url, init) => env.APP.fetch(url, init) });
    const user = await client.auth.signUp({ email: 'ann@example.com', password: 'a long password', name: 'Ann' });
    const notes = client.collection('notes');
    await notes.batch((batch) => ['a', 'b', 'c'].map((title) => batch.create({ owner: user.id, title })));
    await client.auth.refresh();
    const titles = [];
    for await (const note of notes.orderBy('title').iterate({ limit: 2 })) titles.push(note.title);
    await client.auth.signOut();
    const refused = await notes.create({ owner: user.id, title: 'd' }).catch((error) => error.code);
    return Response.json({ titles, refused });
  },
};`;

test('everything that a page can do a Worker can', async () => {
  const server = await startServer();
  const file = join(folder, 'worker.mjs');
  const resolveDir = fileURLToPath(new URL('../../', import.meta.url));
  await build({ stdin: { contents: worker, resolveDir }, bundle: true, format: 'esm', outfile: file, logLevel: 'silent' });
  const path = new URL('../../../scripts/workerd.mjs', import.meta.url).href;
  const { startWorkerd } = (await import(path)) as { startWorkerd: (options: object) => Promise<Started> };
  const modules = [{ name: 'worker.mjs', kind: 'esModule', file }];
  const started = await startWorkerd({ folder, modules, classes: [], servers: { APP: new URL(server.url).host } });
  try {
    const reply = await fetch(started.url);
    const text = await reply.text();
    assert.equal(reply.status, 200, text);
    assert.deepEqual(JSON.parse(text), { titles: ['a', 'b', 'c'], refused: 'forbidden' });
  } finally {
    await started.kill();
  }
});
