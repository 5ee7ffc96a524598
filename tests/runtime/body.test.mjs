// What the shell does with a body before the core has it: size, text, forms.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from './server.mjs';

const path = '/api/collections/_superusers/auth-with-password';
const json = { 'content-type': 'application/json' };

test('a body over the limit is refused, announced or not', async (t) => {
  const server = await startServer(t);
  for (const size of [16_000_001, 40_000_000]) {
    const announced = await server.send('POST', path, { body: Buffer.alloc(size, 'x'), headers: json });
    assert.equal(announced.status, 413);
    assert.equal(announced.body.code, 'payload_too_large');
  }
  const chunked = await fetch(server.url + path, {
    method: 'POST',
    headers: json,
    duplex: 'half',
    body: new ReadableStream({
      start(controller) {
        for (let sent = 0; sent < 17; sent += 1) controller.enqueue(Buffer.alloc(1_000_000, 'x'));
        controller.close();
      },
    }),
  });
  assert.equal(chunked.status, 413);
});

test('a body that does not say how long it is is read whole', async (t) => {
  const server = await startServer(t);
  const body = new Blob([JSON.stringify({ identity: 'somebody', password: 'x'.repeat(100) })]).stream();
  const response = await fetch(server.url + path, { method: 'POST', headers: json, duplex: 'half', body });
  assert.equal((await response.json()).code, 'invalid_credentials');
});

test('bytes that are no text are refused with their place', async (t) => {
  const server = await startServer(t);
  const { status, body } = await server.send('POST', path, { body: Buffer.from([0x7b, 0xff]), headers: json });
  assert.equal(status, 400);
  assert.match(body.message, /byte 1\b/);
});

test('a form of letters that take more room as JSON is refused, too', async (t) => {
  const server = await startServer(t);
  for (const where of [path, '/api/collections/notes/records']) {
    const form = new FormData();
    form.append('title', '\u0001'.repeat(15_900_000));
    assert.equal((await server.send('POST', where, { body: form })).status, 413, where);
  }
});

test('a file is nothing where none is taken', async (t) => {
  const server = await startServer(t);
  const form = new FormData();
  form.append('identity', 'somebody');
  form.append('password', new File(['x'], 'x.txt'));
  const { status, body } = await server.send('POST', path, { body: form });
  assert.deepEqual([status, body.code, Object.keys(body.data)], [400, 'validation_failed', ['password']]);
});

test('a form that is none is refused', async (t) => {
  const server = await startServer(t);
  const headers = { 'content-type': 'multipart/form-data; boundary=never' };
  const { status, body } = await server.send('POST', path, { body: 'no form', headers });
  assert.equal(status, 400);
  assert.match(body.message, /multipart/);
});

test('a form is taken apart', async (t) => {
  const server = await startServer(t);
  const form = new FormData();
  form.append('identity', 'somebody');
  form.append('password', 'no password of anybody');
  const { body } = await server.send('POST', path, { body: form });
  assert.equal(body.code, 'invalid_credentials');
});
