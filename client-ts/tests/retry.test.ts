// Which calls come again, and which never do.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, isError, type AnySchema, type Collection } from 'ringfence';
import { failure, startDouble, type Answer } from './double.js';

type Posts = Collection<AnySchema, 'posts'>;

const quick = { retryDelayMs: 1 };
const record = { id: 'r', title: 'x' };

/** Fails so often, then succeeds. */
async function failing(times: number, answer: Answer) {
  return startDouble((_, number) => (number <= times ? answer : { json: record }));
}

for (const [what, answer] of [
  ['a cut connection', { drop: true }],
  ['500', failure(500, 'internal')],
  ['503', failure(503, 'unavailable')],
  ['a proxy that answers no JSON', { status: 502, text: '<html>' }],
] as const) {
  test(`reading is tried again after ${what}`, async () => {
    const { url, seen } = await failing(2, answer);
    const client = createClient(url, quick);
    assert.deepEqual(await client.collection('posts').get('r'), record);
    assert.equal(seen.length, 3);
  });

  test(`creating is tried again after ${what}, with the same key`, async () => {
    const { url, seen } = await failing(2, answer);
    const client = createClient(url, quick);
    assert.deepEqual(await client.collection('posts').create({ title: 'x' }), record);
    const keys = seen.map((one) => one.headers['idempotency-key']);
    assert.equal(keys.length, 3);
    assert.match(String(keys[0]), /^[0-9a-f]{32}$/);
    assert.equal(new Set(keys).size, 1);
  });

  test(`changing and removing are tried again after ${what}, with the same key`, async () => {
    for (const write of [
      (posts: Posts) => posts.update('r', { title: 'y' }),
      (posts: Posts) => posts.delete('r'),
      (posts: Posts) => posts.where('title', '=', 'x').updateAll({ title: 'y' }),
      (posts: Posts) => posts.where('title', '=', 'x').deleteAll(),
    ]) {
      const { url, seen } = await failing(2, answer);
      await write(createClient(url, quick).collection('posts'));
      const keys = seen.map((one) => one.headers['idempotency-key']);
      assert.equal(keys.length, 3);
      assert.match(String(keys[0]), /^[0-9a-f]{32}$/);
      assert.equal(new Set(keys).size, 1);
    }
  });

  test(`signing up, in and out is not tried again after ${what}`, async () => {
    const { url, seen } = await failing(9, answer);
    const { auth } = createClient(url, quick);
    await assert.rejects(auth.signIn('a@b.c', 'x'), { name: 'RingfenceError' });
    await assert.rejects(auth.signUp({ email: 'a@b.c', password: 'x' }), { name: 'RingfenceError' });
    assert.equal(seen.length, 2);
  });
}

test('every write has a key of its own', async () => {
  const { url, seen } = await startDouble(() => ({ json: record }));
  const posts = createClient(url).collection('posts');
  await posts.create({ title: 'x' });
  await posts.create({ title: 'x' });
  await posts.update('r', { title: 'x' });
  await posts.delete('r');
  await posts.create({ title: 'x' }, { idempotencyKey: 'mine' });
  await posts.update('r', { title: 'x' }, { idempotencyKey: 'my change' });
  await posts.delete('r', { idempotencyKey: 'my removal' });
  const keys = seen.map((one) => one.headers['idempotency-key']);
  assert.equal(new Set(keys).size, 7);
  assert.deepEqual(keys.slice(4), ['mine', 'my change', 'my removal']);
});

test('a batch is one call with one key, tried again as it is', async () => {
  const { url, seen } = await startDouble((_, number) =>
    number === 1 ? { drop: true } : { json: [{ status: 200, body: record }, { status: 204, body: null }] },
  );
  const client = createClient(url, quick);
  const results = await client.batch((batch) => [
    batch.collection('posts').create({ title: 'x' }),
    batch.collection('posts').delete('a/b'),
  ]);
  assert.deepEqual(results, [record, null]);
  assert.equal(seen[0]?.headers['idempotency-key'], seen[1]?.headers['idempotency-key']);
  assert.deepEqual(JSON.parse(seen[1]?.body ?? ''), {
    requests: [
      { method: 'POST', url: '/api/collections/posts/records', body: { title: 'x' } },
      { method: 'DELETE', url: '/api/collections/posts/records/a%2Fb' },
    ],
  });
});

test('a request over the limit comes again, whatever it is', async () => {
  const { url, seen } = await failing(1, failure(429, 'rate_limited', { 'retry-after': '0' }));
  await createClient(url, quick).collection('posts').delete('r');
  assert.equal(seen.length, 2);
});

test('who is asked for more patience than a minute gets the error at once', async () => {
  const { url, seen } = await failing(1, failure(429, 'rate_limited', { 'retry-after': '3600' }));
  const failed = createClient(url, quick).collection('posts').list();
  await assert.rejects(failed, { code: 'rate_limited', status: 429, retryAfterSeconds: 3600 });
  assert.equal(seen.length, 1);
});

test('Retry-After may be a date', async () => {
  const when = new Date(Date.now() + 3_600_000).toUTCString();
  const { url } = await failing(1, failure(503, 'unavailable', { 'retry-after': when }));
  const error: unknown = await createClient(url).collection('posts').list().catch((caught: unknown) => caught);
  assert.ok(isError(error, 'unavailable'));
  assert.ok((error.retryAfterSeconds ?? 0) > 3000);
});

test('what was refused for good is not tried again', async () => {
  const { url, seen } = await failing(9, failure(400, 'invalid_filter'));
  await assert.rejects(createClient(url, quick).collection('posts').list(), { code: 'invalid_filter' });
  assert.equal(seen.length, 1);
});

test('retries end, and none are made where none are wanted', async () => {
  const { url, seen } = await failing(99, failure(500, 'internal'));
  await assert.rejects(createClient(url, { ...quick, retries: 3 }).collection('posts').list(), { code: 'internal' });
  assert.equal(seen.length, 4);
  await assert.rejects(createClient(url, { retries: 0 }).collection('posts').list(), { code: 'internal' });
  assert.equal(seen.length, 5);
});
