// A page may be larger than one text of the database.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signUp } from './people.mjs';
import { startServer } from './server.mjs';

test('a page of large records comes whole, in both ways of paging', async (t) => {
  const server = await startServer(t);
  const { token, id: owner } = await signUp(server, 'reader');
  const body = 'é'.repeat(20_000);
  const requests = Array.from({ length: 120 }, (_, index) => ({
    method: 'POST',
    url: '/api/collections/notes/records',
    body: { owner, title: `note ${index}`, body },
  }));
  const batch = await server.send('POST', '/api/batch', { token, json: { requests } });
  assert.equal(batch.status, 200, JSON.stringify(batch.body).slice(0, 500));

  for (const paging of ['perPage=200', 'limit=200']) {
    const { status, body: page } = await server.send('GET', `/api/collections/notes/records?${paging}`, { token });
    assert.equal(status, 200, paging);
    assert.equal(page.items.length, 120);
    assert.ok(page.items.every((item) => item.body === body));
  }
});
