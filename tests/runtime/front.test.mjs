// The front on real workerd: probes, addresses, and the refusal to serve
// without a secret or with a limit that is none.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startMiniflare } from '../../scripts/miniflare.mjs';
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

for (const [name, said] of [
  ['REQUESTS_PER_MINUTE', 'many'],
  ['LOGINS_PER_MINUTE', '-1'],
  ['FILE_BYTES_PER_APP', '10GB'],
  ['FILE_BYTES_PER_USER', '1.5'],
]) {
  test(`${name} of ${said} is a refusal to serve, and not no limit`, async (t) => {
    const server = await startServer(t, { vars: { [name]: said } });
    const { status, body } = await server.send('GET', '/ready');
    assert.equal(status, 503);
    assert.match(body.message, new RegExp(`^${name} is not a whole number: write digits alone`));
    assert.equal((await server.send('GET', '/live')).status, 200);
  });
}

// As they come from a wrangler.toml without quotation marks.
test('a limit may be a number instead of text', { timeout: 60_000 }, async (t) => {
  const start = (vars) => startServer(t, { start: startMiniflare, vars });
  const server = await start({ REQUESTS_PER_MINUTE: 1, FILE_BYTES_PER_APP: 10_000_000_000, FILE_BYTES_PER_USER: '' });
  const statuses = [];
  // The window may turn once in between.
  for (let i = 0; i < 3; i += 1) statuses.push((await server.send('GET', '/api/collections/users/records')).status);
  assert.ok(statuses.includes(200) && statuses.includes(429), String(statuses));
  for (const said of [1.5, true]) {
    const { body } = await (await start({ FILE_BYTES_PER_APP: said })).send('GET', '/ready');
    assert.match(body.message, /^FILE_BYTES_PER_APP is not a whole number/);
  }
});
