// Addresses, aborts, time limits, and replies that are none.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, isError, RingfenceError } from 'ringfence';
import { failure, startDouble } from './double.js';

test('paths follow the app that was named', async () => {
  const { url, seen } = await startDouble(() => ({ json: { totalItems: 1 } }));
  for (const [address, options] of [
    [url, {}],
    [`${url}/`, {}],
    [`${url}/api/`, {}],
    [url, { realm: 'acme', app: 'mobile' }],
  ] as const) {
    await createClient(address, options).collection('posts').count();
  }
  const base = '/collections/posts/records/count';
  assert.deepEqual(
    seen.map((one) => one.path),
    [`/api${base}`, `/api${base}`, `/api${base}`, `/api/realms/acme/apps/mobile${base}`],
  );
  assert.throws(() => createClient(url, { realm: 'acme' }), TypeError);
});

test('an id is one segment of the path, and an empty one asks for nothing', async () => {
  const { url, seen } = await startDouble(() => ({ json: {} }));
  const posts = createClient(url).collection('posts');
  await posts.get('../users/records');
  assert.equal(seen[0]?.path, '/api/collections/posts/records/..%2Fusers%2Frecords');
  await assert.rejects(posts.delete(''), TypeError);
  assert.equal(seen.length, 1);
});

test('an abort ends the call with its reason, also between two tries', async () => {
  const { url } = await startDouble(() => ({ hang: true }));
  const controller = new AbortController();
  const call = createClient(url).collection('posts').list({ signal: controller.signal });
  const reason = new Error('changed my mind');
  setTimeout(() => controller.abort(reason), 20);
  await assert.rejects(call, reason);

  const full = await startDouble(() => failure(429, 'rate_limited', { 'retry-after': '30' }));
  const waiting = new AbortController();
  const later = createClient(full.url).collection('posts').list({ signal: waiting.signal });
  setTimeout(() => waiting.abort(reason), 50);
  await assert.rejects(later, reason);

  await assert.rejects(createClient(url).collection('posts').list({ signal: AbortSignal.abort(reason) }), reason);
});

test('a call that takes too long is a timeout', async () => {
  const { url } = await startDouble(() => ({ hang: true }));
  await assert.rejects(createClient(url, { timeoutMs: 30 }).collection('posts').list(), { code: 'timeout', status: 0 });
  await assert.rejects(createClient(url).collection('posts').list({ timeoutMs: 30 }), { code: 'timeout' });
});

test('a server that is not there is a network error', async () => {
  const client = createClient('http://127.0.0.1:9', { retries: 0 });
  await assert.rejects(client.collection('posts').list(), (error: unknown) => {
    assert.ok(isError(error, 'network'));
    assert.ok(error.cause);
    return true;
  });
});

test('a reply that is not JSON says so', async () => {
  const { url } = await startDouble(() => ({ text: '<html>' }));
  await assert.rejects(createClient(url).collection('posts').list(), { code: 'bad_reply', status: 200 });
});

test('an error has all that the server said', async () => {
  const { url } = await startDouble(() => ({
    status: 400,
    headers: { 'x-request-id': 'r-1' },
    json: {
      status: 400,
      code: 'validation_failed',
      message: 'Some fields are wrong.',
      data: { title: { code: 'required', message: 'Must be set.' } },
    },
  }));
  const error: unknown = await createClient(url)
    .collection('posts')
    .create({})
    .catch((caught: unknown) => caught);
  assert.ok(error instanceof RingfenceError && error instanceof Error);
  assert.equal(error.message, 'Some fields are wrong.');
  assert.deepEqual(error.fields, { title: { code: 'required', message: 'Must be set.' } });
  assert.equal(error.requestId, 'r-1');
});

test('a code that is not known is told by its status', async () => {
  for (const [status, code] of [
    [404, 'not_found'],
    [418, 'bad_request'],
    [500, 'internal'],
    [504, 'unavailable'],
  ] as const) {
    const { url } = await startDouble(() => failure(status, 'of_the_future'));
    await assert.rejects(createClient(url, { retries: 0 }).collection('posts').list(), { code, status });
  }
});

test('a token and headers of the caller go with every call', async () => {
  const { url, seen } = await startDouble(() => ({ json: {} }));
  const client = createClient(url, { token: async () => 'tok', headers: { 'x-tenant': 'acme' } });
  await client.send('GET', '/anything', { query: { a: 1, b: undefined, c: 'x y' } });
  assert.equal(seen[0]?.path, '/api/anything?a=1&c=x+y');
  assert.equal(seen[0]?.headers.authorization, 'Bearer tok');
  assert.equal(seen[0]?.headers['x-tenant'], 'acme');
});
