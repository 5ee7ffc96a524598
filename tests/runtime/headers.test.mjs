// Headers are fetched for whoever asks for them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer, vars } from './server.mjs';

test('a filter reads the headers of its request', async (t) => {
  const server = await startServer(t);
  const signIn = await server.send('POST', '/api/collections/_superusers/auth-with-password', {
    json: { identity: vars.MASTER_ADMIN_EMAIL, password: vars.MASTER_ADMIN_PASSWORD },
  });
  const { token } = signIn.body;
  const owner = await server.send('POST', '/api/collections/users/records', {
    token,
    json: { email: 'o@example.com', name: 'O', password: 'long enough for it', passwordConfirm: 'long enough for it' },
  });
  const written = await server.send('POST', '/api/collections/notes/records', {
    token,
    json: { owner: owner.body.id, title: 'acme' },
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
