// Large files on the real runtime: sent whole and in parts, taken up again after a
// break, read back byte for byte, in memory that does not grow with them.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { startWithBucketApart } from '../../scripts/bucket-apart/start.mjs';
import { publicTask, signInAsMaster, signUp } from './people.mjs';
import { startServer } from './server.mjs';

const MEGABYTE = 1024 * 1024;
// More for a look by hand: UPLOAD_MEGABYTES=1024.
const SIZE = Number(process.env.UPLOAD_MEGABYTES ?? 64) * MEGABYTE + 12_345;
const MOST_GROWTH = 48 * MEGABYTE;
const UPLOADS = '/api/files/uploads';

/** `size` bytes in pieces, never all of them at once; the first begin an MP4. */
function* bytes(from, size) {
  const piece = Buffer.alloc(MEGABYTE);
  for (let at = from; at < from + size; at += piece.length) {
    for (let word = 0; word < piece.length; word += 4) piece.writeUInt32LE((at + word) >>> 2, word);
    if (at === 0) piece.write('\0\0\0\x18ftypmp42', 0, 'latin1');
    yield piece.subarray(0, Math.min(piece.length, from + size - at));
  }
}

async function* copies(from, size) {
  for (const piece of bytes(from, size)) yield new Uint8Array(piece);
}

function digestOf(pieces) {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

/** By how many bytes a process grew at most while `work` ran; undefined where that cannot be told. */
async function growth(pid, work) {
  const read = (name) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
  if (!existsSync(`/proc/${pid}/clear_refs`)) return work().then(() => undefined);
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  const before = read('VmRSS');
  await work();
  return read('VmHWM') - before;
}

test('large files', { timeout: 600_000 }, async (t) => {
  const server = await startServer(t, { start: startWithBucketApart });
  const { id: author, token } = await signUp(server, 'ada');
  const task = await publicTask(server, { author, token });
  const { body: comment } = await server.send('POST', '/api/collections/comments/records', {
    token,
    json: { task, author, body: 'Look' },
  });
  const { id } = comment;
  const path = `/api/collections/comments/records/${id}`;
  const { pid } = server;
  const expected = digestOf(bytes(0, SIZE));

  const announce = async (more) => {
    const json = { collection: 'comments', field: 'attachments', record: id, name: 'film.mp4', size: SIZE, ...more };
    const { status, body } = await server.send('POST', UPLOADS, { token, json });
    assert.equal(status, 201, JSON.stringify(body));
    return body;
  };
  const put = async (place, from, size) => {
    const response = await fetch(server.url + place, {
      method: 'PUT',
      headers: { authorization: token },
      body: ReadableStream.from(copies(from, size)),
      duplex: 'half',
    });
    return { status: response.status, body: await response.json() };
  };
  const attach = async (upload) => {
    const { status, body } = await server.send('PATCH', path, { token, json: { 'attachments+': { upload: upload.id } } });
    assert.equal(status, 200, JSON.stringify(body));
    return `/api/files/comments/${id}/${body.attachments.at(-1)}`;
  };
  const read = async (place) => {
    const response = await fetch(server.url + place);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'video/mp4');
    assert.equal(response.headers.get('content-length'), String(SIZE));
    const hash = createHash('sha256');
    for await (const piece of response.body) hash.update(piece);
    assert.equal(hash.digest('hex'), expected);
  };
  // The bucket runs in another process: what is seen here is what is on its way, and what
  // JavaScript has not collected yet, some 2 MB for a whole file of 64 MB and 33 in parts.
  // A server that holds the file grows by all of it.
  const measured = async (what, work) => {
    const grown = await growth(pid, work);
    t.diagnostic(`${what} of ${SIZE} bytes: workerd grew by ${grown} at most`);
    if (grown !== undefined) assert.ok(grown < MOST_GROWTH, `${what}: grew by ${grown} bytes`);
  };

  await t.test('whole', async () => {
    const upload = await announce();
    await measured('sending', async () => {
      const { status, body } = await put(`${UPLOADS}/${upload.id}`, 0, SIZE);
      assert.deepEqual([status, body.complete, body.type], [200, true, 'video/mp4']);
    });
    const place = await attach(upload);
    await measured('reading', () => read(place));
    const range = await fetch(server.url + place, { headers: { range: `bytes=${SIZE - 5}-` } });
    assert.deepEqual(
      new Uint8Array(await range.arrayBuffer()),
      new Uint8Array(Buffer.concat([...bytes(0, SIZE)].slice(-1)).subarray(-5)),
    );
  });

  await t.test('in parts, with a break', async () => {
    const upload = await announce({ parts: true });
    const { partSize } = upload;
    const place = (number) => `${UPLOADS}/${upload.id}/parts/${number}`;
    const length = (number) => Math.min(partSize, SIZE - (number - 1) * partSize);
    const send = (number) => put(place(number), (number - 1) * partSize, length(number));
    const count = Math.ceil(SIZE / partSize);
    await measured('sending in parts', async () => {
      // A part that is sent twice counts as it came last: here other bytes came first.
      assert.equal((await put(place(count), 4, length(count))).status, 200);
      for (let number = count; number > 2; number -= 1) assert.equal((await send(number)).status, 200);
    });
    // What breaks off counts for nothing.
    assert.equal((await put(place(2), partSize, 100)).status, 400);
    const broken = new AbortController();
    const request = fetch(server.url + place(2), {
      method: 'PUT',
      headers: { authorization: token },
      body: ReadableStream.from((async function* () {
        yield new Uint8Array(100_000);
        broken.abort();
        yield new Uint8Array(100_000);
      })()),
      duplex: 'half',
      signal: broken.signal,
    });
    await assert.rejects(request);
    const { body } = await server.send('GET', `${UPLOADS}/${upload.id}`, { token });
    assert.deepEqual(body.parts, Array.from({ length: count - 2 }, (_, index) => index + 3));
    const early = await server.send('POST', `${UPLOADS}/${upload.id}/complete`, { token });
    assert.equal(early.status, 409);
    for (const number of [1, 2]) assert.equal((await send(number)).status, 200);
    const done = await server.send('POST', `${UPLOADS}/${upload.id}/complete`, { token });
    assert.deepEqual([done.status, done.body.complete], [200, true], JSON.stringify(done.body));
    await read(await attach(upload));
  });

  await t.test('one that is longer or shorter than announced is none', async () => {
    const upload = await announce({ size: 1000 });
    const place = `${UPLOADS}/${upload.id}`;
    assert.equal((await put(place, 0, 999)).status, 400);
    assert.equal((await put(place, 0, 1001)).status, 400);
    const told = await server.send('PUT', place, { token, body: 'short' });
    assert.equal(told.status, 400);
    assert.equal((await put(place, 0, 1000)).status, 200);
    assert.equal((await put(place, 0, 1000)).status, 409);
    assert.equal((await server.send('DELETE', place, { token })).status, 204);
  });

  await t.test('what is recorded is what is there', async () => {
    const { body } = await server.send('POST', '/api/files/verify', { token: await signInAsMaster(server) });
    assert.deepEqual([body.missing.count, body.wrongSize.count, body.orphans.count], [0, 0, 0]);
    assert.ok(body.bytes >= 2 * SIZE);
  });
});
