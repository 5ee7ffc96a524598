// The three levels on real workerd: an app is found by its slugs, and the master
// administrator signs in at the system from any base.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer, vars } from './server.mjs';

const records = '/collections/nothing/records';

test('the default app answers under its slugs as under /api', async (t) => {
  const server = await startServer(t);
  const { status } = await server.send('GET', `/api${records}`);
  assert.ok(status < 500, `${status}`);
  for (const base of ['/api/realms/default/apps/default', '/api/realms/default/apps/default/api']) {
    assert.equal((await server.send('GET', base + records)).status, status, base);
  }
});

for (const [base, what] of [['/api/realms/acme/apps/default', 'realm'], ['/api/realms/default/apps/mobile', 'app']]) {
  test(`a slug that no ${what} has is not found`, async (t) => {
    const server = await startServer(t);
    const { status, body } = await server.send('GET', base + records);
    assert.equal(status, 404);
    assert.equal(body.message, `There is no such ${what}.`);
  });
}

test('the master administrator signs in, and nobody with another password', async (t) => {
  const server = await startServer(t);
  const identity = vars.MASTER_ADMIN_EMAIL;
  for (const base of ['/api', '/api/realms/default/apps/default']) {
    const path = `${base}/collections/_superusers/auth-with-password`;
    const right = await server.send('POST', path, { json: { identity, password: vars.MASTER_ADMIN_PASSWORD } });
    assert.equal(right.status, 200, JSON.stringify(right.body));
    assert.ok(right.body.token);
    const wrong = await server.send('POST', path, { json: { identity, password: 'not the password' } });
    assert.equal(wrong.status, 400);
    assert.equal(wrong.body.code, 'invalid_credentials');
  }
});

test('a page of another origin may ask', async (t) => {
  const server = await startServer(t);
  const { status, headers } = await server.send('OPTIONS', `/api${records}`, {
    headers: { origin: 'https://app.example', 'access-control-request-method': 'PATCH' },
  });
  assert.equal(status, 204);
  assert.equal(headers.get('access-control-allow-origin'), '*');
  assert.match(headers.get('access-control-allow-methods'), /PATCH/);
  assert.match(headers.get('access-control-allow-headers'), /Authorization/);
});
