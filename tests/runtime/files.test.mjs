// Files on the real runtime, with a bucket: through the front, into the bucket and
// back, and out of it again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startMiniflare } from '../../scripts/miniflare.mjs';
import { keysOf, untilBlobs } from './bucket.mjs';
import { command } from './command.mjs';
import { signUp } from './people.mjs';
import { startServer } from './server.mjs';

const PNG = Uint8Array.from(
  atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='),
  (letter) => letter.charCodeAt(0),
);

const formOf = (name, bytes, filename) => {
  const form = new FormData();
  form.append(name, new File([bytes], filename));
  return form;
};

test('files on the runtime', { timeout: 120_000 }, async (t) => {
  const server = await startServer(t, { start: startMiniflare });
  const { id, token } = await signUp(server, 'ada');
  const record = `/api/collections/users/records/${id}`;
  const read = (path, headers = {}) => fetch(server.url + path, { headers });
  let path;

  await t.test('a picture goes in and comes back as it was', async () => {
    const reply = await server.send('PATCH', record, { token, body: formOf('avatar', PNG, 'Me Myself.png') });
    assert.equal(reply.status, 200, JSON.stringify(reply.body));
    assert.match(reply.body.avatar, /^me_myself_[a-z0-9]{10}\.png$/);
    path = `/api/files/users/${id}/${reply.body.avatar}`;
    const file = await read(path, { authorization: token });
    assert.equal(file.status, 200);
    assert.deepEqual(new Uint8Array(await file.arrayBuffer()), PNG);
    const { headers } = file;
    assert.equal(headers.get('content-type'), 'image/png');
    assert.equal(headers.get('content-length'), String(PNG.length));
    assert.equal(headers.get('cache-control'), 'private, no-cache');
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.match(headers.get('content-security-policy'), /sandbox/);
    assert.match(headers.get('content-disposition'), /^inline; filename="Me Myself.png"/);
    const [key, ...others] = await keysOf(server);
    assert.match(key, /^default\/default\/[0-9a-f]{10}\/[\w-]{22}$/);
    assert.deepEqual(others, []);
  });

  await t.test('a stranger is told that it is not there, and a file token opens it', async () => {
    const refused = await read(path);
    assert.equal(refused.status, 404);
    assert.equal((await refused.json()).code, 'not_found');
    const { body } = await server.send('POST', '/api/files/token', { token });
    const file = await read(`${path}?token=${body.token}`);
    assert.equal(file.status, 200);
    assert.equal((await file.arrayBuffer()).byteLength, PNG.length);
  });

  await t.test('ranges, conditions and heads', async () => {
    const with_ = (headers, method = 'GET') => fetch(server.url + path, { method, headers: { authorization: token, ...headers } });
    const part = await with_({ range: 'bytes=1-3' });
    assert.equal(part.status, 206);
    assert.equal(part.headers.get('content-range'), `bytes 1-3/${PNG.length}`);
    assert.equal(part.headers.get('content-length'), '3');
    assert.equal(await part.text(), 'PNG');
    const known = await with_({ 'if-none-match': part.headers.get('etag') });
    assert.equal(known.status, 304);
    assert.equal(await known.text(), '');
    assert.equal((await with_({ range: 'bytes=9999-' })).status, 416);
    const head = await with_({}, 'HEAD');
    assert.equal(head.status, 200);
    assert.equal(head.headers.get('content-length'), String(PNG.length));
    assert.equal(head.headers.get('etag'), part.headers.get('etag'));
  });

  await t.test('a page of another origin reads what a file says of itself', async () => {
    const { headers } = await read(path, { authorization: token, origin: 'https://elsewhere.example' });
    assert.equal(headers.get('access-control-allow-origin'), '*');
    assert.match(headers.get('access-control-expose-headers'), /Content-Range/);
    const refused = await read(path, { origin: 'https://elsewhere.example' });
    assert.equal(refused.headers.get('access-control-allow-origin'), '*');
    await refused.body.cancel();
  });

  await t.test('the type is that of the content, whatever its name and header say', async () => {
    const page = new TextEncoder().encode('<!doctype html><html><script>alert(1)</script></html>');
    const form = new FormData();
    form.append('avatar', new File([page], 'me.png', { type: 'image/png' }));
    const { body } = await server.send('PATCH', record, { token, body: form });
    const file = await read(`/api/files/users/${id}/${body.avatar}`, { authorization: token });
    assert.match(file.headers.get('content-type'), /^text\/html/);
    assert.match(file.headers.get('content-disposition'), /^attachment/);
    await file.body.cancel();
  });

  await t.test('what a form says arrives in every alphabet, short or long', async () => {
    for (const body of ['Zoë ✓ 😀 "\\\n', 'ж'.repeat(3000)]) {
      const form = new FormData();
      for (const [name, value] of Object.entries({ owner: id, title: 'T', body })) form.append(name, value);
      const { status, body: note } = await server.send('POST', '/api/collections/notes/records', { token, body: form });
      assert.equal(status, 200, JSON.stringify(note));
      assert.equal(note.body, body.replaceAll('\n', '\r\n'));
    }
  });

  await t.test('only the front says what is where, and only to the object', async () => {
    const forged = { 'x-ringfence-said': '[["name","Forged",null]]' };
    const named = formOf('avatar', PNG, 'x.png');
    named.append('name', 'Ada');
    const reply = await fetch(server.url + record, { method: 'PATCH', headers: { authorization: token, ...forged }, body: named });
    const { name, avatar } = await reply.json();
    assert.deepEqual([reply.status, name], [200, 'Ada']);
    const long = new FormData();
    for (const [field, value] of Object.entries({ owner: id, title: 'T', body: 'x'.repeat(6000) })) long.append(field, value);
    const note = await fetch(`${server.url}/api/collections/notes/records`, { method: 'POST', headers: { authorization: token, ...forged }, body: long });
    assert.equal((await note.json()).title, 'T');
    const type = { 'content-type': 'multipart/form-data; boundary=x', 'x-ringfence-said': '{' };
    const head = await fetch(server.url + record, { method: 'HEAD', headers: { authorization: token, ...type } });
    assert.equal(head.status, 200);
    const put = { 'x-ringfence-said': '{"key":"k","etag":"e","type":"text/plain"}' };
    const upload = await fetch(`${server.url}/api/files/uploads/none`, { method: 'PUT', headers: { authorization: token, ...put }, body: 'x' });
    assert.equal(upload.status, 404);
    const file = await read(`/api/files/users/${id}/${avatar}`, { authorization: token });
    for (const { headers } of [reply, note, head, upload, file]) {
      assert.deepEqual([...headers.keys()].filter((name) => name.startsWith('x-ringfence')), []);
    }
  });

  await t.test('the one that was replaced is gone, and then the other', async () => {
    await untilBlobs(server, 1);
    assert.equal((await read(path, { authorization: token })).status, 404);
    await server.send('PATCH', record, { token, json: { avatar: null } });
    await untilBlobs(server, 0);
  });

  await t.test('what is refused leaves nothing', async () => {
    const reply = await server.send('PATCH', record, { token: '', body: formOf('avatar', PNG, 'x.png') });
    assert.equal(reply.status, 404);
    const invalid = formOf('avatar', PNG, 'x.png');
    invalid.append('name', '');
    const { status, body } = await server.send('PATCH', record, { token, body: invalid });
    assert.deepEqual([status, Object.keys(body.data)], [400, ['name']]);
    const large = formOf('avatar', new Uint8Array(6_000_000), 'x.png');
    assert.equal((await server.send('PATCH', record, { token, body: large })).body.data.avatar.code, 'file_too_large');
    assert.deepEqual(await keysOf(server), []);
  });
});

test('npm run files:verify tells what is missing from the bucket', { timeout: 60_000 }, async (t) => {
  const server = await startServer(t, { start: startMiniflare });
  const { id, token } = await signUp(server, 'ada');
  const path = `/api/collections/users/records/${id}`;
  const { avatar } = (await server.send('PATCH', path, { token, body: formOf('avatar', PNG, 'x.png') })).body;
  const [key] = await keysOf(server);
  // Nothing names it, but it may belong to a form that is on its way.
  const young = key.replace(/[^/]+$/, 'a'.repeat(22));
  await server.bucket.put(young, 'x');
  const verify = () => command(server, 'files-verify.mjs', '--remove-orphans');
  const whole = await verify();
  assert.equal(whole.code, 0, whole.printed);
  assert.equal(whole.printed, `2 blobs of ${PNG.length + 1} bytes; 0 files without their blob, 0 files whose blob has another size, 0 blobs that nothing names\n`);
  assert.deepEqual((await keysOf(server)).sort(), [key, young].sort());
  await server.bucket.put(key, 'short');
  const short = await verify();
  const named = `[^\n]*/${id}/${avatar} \\(${key.split('/').at(-1)}\\)\n`;
  assert.equal(short.code, 1);
  assert.match(short.printed, new RegExp(`^· files whose blob has another size: ${named}`));
  await server.bucket.delete(key);
  const missing = await verify();
  assert.equal(missing.code, 1);
  assert.match(missing.printed, new RegExp(`^· files without their blob: ${named}1 blobs of 1 bytes; 1 files without`));
});

test('without a bucket', { timeout: 60_000 }, async (t) => {
  const server = await startServer(t);
  const { id, token } = await signUp(server, 'ada');
  const path = `/api/collections/users/records/${id}`;
  const { status, body } = await server.send('PATCH', path, { token, body: formOf('avatar', PNG, 'x.png') });
  assert.deepEqual([status, body.code], [503, 'unavailable']);
  const text = new FormData();
  text.append('name', 'Ada L.');
  assert.equal((await server.send('PATCH', path, { token, body: text })).body.name, 'Ada L.');
});
