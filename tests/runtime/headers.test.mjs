// Headers are fetched for whoever asks for them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signUp } from './people.mjs';
import { startServer } from './server.mjs';

test('a filter reads the headers of its request', async (t) => {
  const server = await startServer(t);
  const { token, id: owner } = await signUp(server, 'reader');
  const written = await server.send('POST', '/api/collections/notes/records', {
    token,
    json: { owner, title: 'acme' },
  });
  assert.equal(written.status, 200, JSON.stringify(written.body));
  const filter = encodeURIComponent('title = @request.headers.x_tenant');
  const found = async (headers) => {
    const { status, body } = await server.send('GET', `/api/collections/notes/records?filter=${filter}`, { token, headers });
    assert.equal(status, 200, JSON.stringify(body));
    return body.items.length;
  };
  assert.equal(await found({ 'x-tenant': 'acme' }), 1);
  assert.equal(await found({ 'x-tenant': 'other' }), 0);
  assert.equal(await found({}), 0);
});
