// Thumbs on the real runtime: made once, kept beside their file, gone with it, and
// read by nobody else than it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startMiniflare } from '../../scripts/miniflare.mjs';
import { png, sizeOf } from '../support/pictures.mjs';
import { keysOf, untilBlobs } from './bucket.mjs';
import { signUp } from './people.mjs';
import { startServer } from './server.mjs';

const PICTURE = png(600, 300, (x) => [x % 256, 100, 200]);
const BROKEN = Buffer.concat([PICTURE.subarray(0, 100), Buffer.alloc(400)]);

test('thumbs on the runtime', { timeout: 120_000 }, async (t) => {
  const server = await startServer(t, { start: startMiniflare });
  const { id, token } = await signUp(server, 'ada');
  const other = await signUp(server, 'bob');
  const record = `/api/collections/users/records/${id}`;
  let path;

  const upload = async (bytes, name = 'me.png') => {
    const form = new FormData();
    form.append('avatar', new File([bytes], name));
    const { status, body } = await server.send('PATCH', record, { token, body: form });
    assert.equal(status, 200, JSON.stringify(body));
    path = `/api/files/users/${id}/${body.avatar}`;
  };
  const read = async (query, { method = 'GET', as = token, ...headers } = {}) => {
    const response = await fetch(server.url + path + query, { method, headers: { ...(as ? { authorization: as } : {}), ...headers } });
    return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
  };

  await t.test('each size of the field is made; another is the file', async () => {
    await upload(PICTURE);
    for (const [size, expected] of [['100x100', [100, 100]], ['400x400f', [400, 200]], ['0x40', [80, 40]], ['99x99', [600, 300]]]) {
      const { status, headers, bytes } = await read(`?thumb=${size}`);
      assert.deepEqual([status, sizeOf(bytes)], [200, expected], size);
      assert.equal(headers.get('content-length'), String(bytes.length));
      assert.equal(headers.get('content-type'), 'image/png');
      assert.equal(headers.get('cache-control'), 'private, no-cache');
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.match(headers.get('content-security-policy'), /sandbox/);
      assert.match(headers.get('content-disposition'), /^inline; filename="me.png"/);
    }
    const keys = await keysOf(server);
    assert.deepEqual(keys.slice(1), ['0x40', '100x100', '400x400f'].map((size) => `${keys[0]}/${size}`));
  });

  await t.test('it is made once', async () => {
    const [, key] = await keysOf(server);
    const httpMetadata = { contentType: 'image/png' };
    await server.bucket.put(key, 'what was kept', { httpMetadata });
    const kept = await read('?thumb=0x40');
    assert.deepEqual([String(kept.bytes), kept.headers.get('content-type')], ['what was kept', 'image/png']);
  });

  await t.test('ETag, conditions and heads are its own; a range is not heeded', async () => {
    const file = await read('');
    const thumb = await read('?thumb=100x100', { range: 'bytes=1-3' });
    const etag = thumb.headers.get('etag');
    assert.notEqual(etag, file.headers.get('etag'));
    assert.deepEqual([thumb.status, thumb.headers.get('accept-ranges'), sizeOf(thumb.bytes)], [200, 'none', [100, 100]]);
    const known = await read('?thumb=100x100', { 'if-none-match': etag });
    assert.deepEqual([known.status, known.bytes.length], [304, 0]);
    for (const method of ['GET', 'HEAD']) {
      const whole = await read('?thumb=100x100', { method, 'if-none-match': file.headers.get('etag') });
      assert.deepEqual([whole.status, whole.headers.get('etag')], [200, etag], method);
    }
    const head = await read('?thumb=100x100', { method: 'HEAD' });
    assert.deepEqual([head.status, head.bytes.length], [200, 0]);
    assert.equal(head.headers.get('content-length'), String(thumb.bytes.length));
    assert.equal(head.headers.get('etag'), etag);
  });

  await t.test('whoever may not read the file gets none', async () => {
    for (const as of ['', other.token]) {
      assert.equal((await read('', { as })).status, 404);
      const refused = await read('?thumb=100x100', { as });
      assert.deepEqual([refused.status, JSON.parse(refused.bytes).code], [404, 'not_found']);
    }
    const { body } = await server.send('POST', '/api/files/token', { token });
    const opened = await read(`?thumb=100x100&token=${body.token}`, { as: '' });
    assert.deepEqual(sizeOf(opened.bytes), [100, 100]);
  });

  await t.test('many at once get the same', async () => {
    await upload(png(900, 900, (x, y) => [x % 256, y % 256, 0]));
    const all = await Promise.all(Array.from({ length: 8 }, () => read('?thumb=100x100')));
    for (const { status, bytes } of all) {
      assert.equal(status, 200);
      assert.deepEqual(bytes, all[0].bytes);
    }
  });

  await t.test('what cannot be decoded is sent as it is, and tried once', async () => {
    await upload(BROKEN);
    for (let turn = 0; turn < 2; turn += 1) {
      const { status, headers, bytes } = await read('?thumb=100x100');
      assert.deepEqual([status, bytes], [200, BROKEN]);
      assert.equal(headers.get('etag'), (await read('')).headers.get('etag'));
      assert.equal(headers.get('content-length'), String(BROKEN.length));
    }
    const sizes = (await server.bucket.list()).objects.filter(({ key }) => key.endsWith('/100x100')).map(({ size }) => size);
    assert.ok(sizes.includes(0), String(sizes));
  });

  await t.test('what declares too many pixels is not decoded', async () => {
    const bomb = Buffer.from(PICTURE);
    bomb.writeUInt32BE(40_000, 16);
    bomb.writeUInt32BE(40_000, 20);
    await upload(bomb);
    assert.deepEqual((await read('?thumb=100x100')).bytes, bomb);
    await upload(PICTURE);
    assert.deepEqual(sizeOf((await read('?thumb=100x100')).bytes), [100, 100]);
  });

  await t.test('all of them go with their file', async () => {
    await server.send('PATCH', record, { token, json: { avatar: null } });
    await untilBlobs(server, 0);
  });
});
