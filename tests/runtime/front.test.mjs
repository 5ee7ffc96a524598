// The front on real workerd: probes, addresses, and the refusal without a secret.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from './server.mjs';

test('probes answer without a token', async (t) => {
  const server = await startServer(t);
  for (const path of ['/health', '/ready', '/live', '/api/health']) {
    const { status, body } = await server.send('GET', path);
    assert.equal(status, 200, path);
    assert.equal(body.code, 200, path);
  }
});

test('every reply carries a request id and says what it is', async (t) => {
  const server = await startServer(t);
  const { status, headers, body } = await server.send('GET', '/nowhere');
  assert.equal(status, 404);
  assert.equal(body.code, 'not_found');
  assert.match(headers.get('x-request-id'), /^[0-9a-f-]{16,}$/);
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
});

for (const [secret, problem] of [['', 'is not set'], ['short', 'is too short']]) {
  test(`a secret that ${problem} is a refusal to serve`, async (t) => {
    const server = await startServer(t, { vars: { RINGFENCE_SECRET: secret } });
    for (const path of ['/ready', '/api/collections/users/records']) {
      const { status, body } = await server.send('GET', path);
      assert.equal(status, 503, path);
      assert.match(body.message, /wrangler secret put RINGFENCE_SECRET/);
      assert.match(body.message, new RegExp(problem));
    }
    assert.equal((await server.send('GET', '/live')).status, 200);
  });
}
