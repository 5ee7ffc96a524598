// What every HTTP client of the bundle on real workerd relies on: ids, headers,
// addresses, versions, replies that are repeated, and a state that stays.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signInAsMaster, signUp } from './people.mjs';
import { startServer, temporaryFolder } from './server.mjs';

const NOTES = '/api/collections/notes/records';

async function writer(t, options) {
  const server = await startServer(t, options);
  const ada = await signUp(server, 'ada');
  const send = (method, path, request) => server.send(method, path, { token: ada.token, ...request });
  return { server, ada, send };
}

test('good and bad replies carry an id of their own and safe headers', async (t) => {
  const { send } = await writer(t);
  const replies = [
    await send('GET', NOTES),
    await send('GET', '/api/collections/nothing/records'),
    await send('POST', NOTES, { json: {} }),
    await send('PUT', NOTES),
  ];
  assert.deepEqual(replies.map(({ status }) => status), [200, 404, 400, 405]);
  for (const { headers } of replies) {
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.match(headers.get('content-type'), /^application\/json/);
    assert.equal(headers.get('cache-control'), 'no-store');
  }
  const ids = replies.map(({ headers }) => headers.get('x-request-id'));
  assert.equal(new Set(ids).size, ids.length);
});

test('a page of another origin may call', async (t) => {
  const server = await startServer(t);
  const asked = await fetch(server.url + NOTES, {
    method: 'OPTIONS',
    headers: {
      origin: 'https://app.example.com',
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'authorization,content-type,if-match',
    },
  });
  assert.equal(asked.status, 204);
  assert.equal(asked.headers.get('access-control-allow-origin'), '*');
  assert.match(asked.headers.get('access-control-allow-methods'), /PATCH/);
  for (const name of ['authorization', 'content-type', 'if-match', 'idempotency-key']) {
    assert.match(asked.headers.get('access-control-allow-headers').toLowerCase(), new RegExp(`\\*|${name}`));
  }
  const { headers } = await server.send('GET', NOTES, { headers: { origin: 'https://app.example.com' } });
  assert.equal(headers.get('access-control-allow-origin'), '*');
  assert.match(headers.get('access-control-expose-headers').toLowerCase(), /etag/);
});

test('what is no JSON, no object or too large is refused and nothing is stored', async (t) => {
  const { send } = await writer(t);
  const json = { 'content-type': 'application/json' };
  for (const [body, expected] of [['{"title":', 400], ['[1]', 400], ['"text"', 400], ['{"title":"x","nothing":1}', 400]]) {
    const { status, body: reply } = await send('POST', NOTES, { body, headers: json });
    assert.equal(status, expected, body);
    assert.ok(reply.message.length > 10, body);
  }
  const large = await send('POST', NOTES, { body: `{"title":"${'x'.repeat(3_000_000)}"}`, headers: json });
  assert.equal(large.status, 413);
  assert.equal((await send('GET', NOTES)).body.totalItems, 0);
});

test('the version of a record guards its writes and saves its reads', async (t) => {
  const { ada, send } = await writer(t);
  const created = await send('POST', NOTES, { json: { owner: ada.id, title: 'one' } });
  const path = `${NOTES}/${created.body.id}`;
  const first = (await send('GET', path)).headers.get('etag');
  assert.ok(first);
  assert.equal((await send('GET', path, { headers: { 'if-none-match': first } })).status, 304);

  const headers = { 'if-match': first };
  const written = await send('PATCH', path, { json: { title: 'two' }, headers });
  assert.equal(written.status, 200);
  assert.notEqual(written.headers.get('etag'), first);
  assert.equal((await send('PATCH', path, { json: { title: 'three' }, headers })).status, 412);
  assert.equal((await send('DELETE', path, { headers })).status, 412);
  const now = await send('GET', path, { headers: { 'if-none-match': first } });
  assert.deepEqual([now.status, now.body.title], [200, 'two']);
});

test('an idempotency key makes a write happen once', async (t) => {
  const { ada, send } = await writer(t);
  const headers = { 'idempotency-key': 'once' };
  const json = { owner: ada.id, title: 'only one' };
  const first = await send('POST', NOTES, { json, headers });
  const again = await send('POST', NOTES, { json, headers });
  assert.deepEqual([first.status, again.status], [200, 200]);
  assert.deepEqual(again.body, first.body);
  const other = await send('POST', NOTES, { json: { ...json, title: 'another' }, headers });
  assert.equal(other.status, 422);
  assert.equal((await send('GET', NOTES)).body.totalItems, 1);

  const requests = [{ method: 'POST', url: NOTES, body: json }];
  const batch = { json: { requests }, headers: { 'idempotency-key': 'batch' } };
  const sent = await send('POST', '/api/batch', batch);
  assert.deepEqual((await send('POST', '/api/batch', batch)).body, sent.body);
  assert.equal((await send('GET', NOTES)).body.totalItems, 2);
});

test('an app is reached by its realm and name, and no other is there', async (t) => {
  const { ada, send } = await writer(t);
  const created = await send('POST', NOTES, { json: { owner: ada.id, title: 'one' } });
  for (const base of ['/api/realms/default/apps/default', '/api/realms/default/apps/default/api']) {
    const { status, body } = await send('GET', `${base}/collections/notes/records/${created.body.id}`);
    assert.deepEqual([status, body.title], [200, 'one'], base);
  }
  for (const base of ['/api/realms/default/apps/none', '/api/realms/none/apps/default']) {
    assert.equal((await send('GET', `${base}/collections/notes/records`)).status, 404, base);
  }
});

test('records, sign-ins and replies that are repeated survive a restart', async (t) => {
  const folder = temporaryFolder(t);
  const { server, ada, send } = await writer(t, { folder });
  const request = { json: { owner: ada.id, title: 'kept' }, headers: { 'idempotency-key': 'kept' } };
  const created = await send('POST', NOTES, request);
  await server.stop();

  const again = await startServer(t, { folder });
  const read = await again.send('GET', `${NOTES}/${created.body.id}`, { token: ada.token });
  assert.deepEqual([read.status, read.body], [200, created.body]);
  const repeated = await again.send('POST', NOTES, { token: ada.token, ...request });
  assert.deepEqual(repeated.body, created.body);
  assert.equal((await again.send('GET', NOTES, { token: await signInAsMaster(again) })).body.totalItems, 1);
});

test('a token counts only where it was given', async (t) => {
  const { server, ada } = await writer(t);
  const [head, claims, signature] = ada.token.split('.');
  const forged = JSON.parse(Buffer.from(claims, 'base64url'));
  forged.id = 'somebodyelse123';
  const tampered = [head, Buffer.from(JSON.stringify(forged)).toString('base64url'), signature].join('.');
  const unsigned = [Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url'), claims, ''].join('.');
  for (const token of [tampered, unsigned, 'nonsense', `Bearer ${tampered}`]) {
    assert.equal((await server.send('GET', NOTES, { token })).status, 401, token);
  }
  const other = await startServer(t, { vars: { RINGFENCE_SECRET: 'another secret, just as long as the first one' } });
  assert.equal((await other.send('GET', NOTES, { token: ada.token })).status, 401);
});

test('a secret that was replaced still verifies as the previous one', async (t) => {
  const folder = temporaryFolder(t);
  const secrets = ['the first secret, long enough to be one', 'the second secret, long enough to be one'];
  const { server, ada } = await writer(t, { folder, vars: { RINGFENCE_SECRET: secrets[0] } });
  await server.stop();
  const rotated = { RINGFENCE_SECRET: secrets[1], RINGFENCE_SECRET_PREVIOUS: secrets[0] };
  const after = await startServer(t, { folder, vars: rotated });
  assert.equal((await after.send('GET', NOTES, { token: ada.token })).status, 200);
  await after.stop();
  const forgotten = await startServer(t, { folder, vars: { RINGFENCE_SECRET: secrets[1] } });
  assert.equal((await forgotten.send('GET', NOTES, { token: ada.token })).status, 401);
});
