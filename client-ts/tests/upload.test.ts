// Files go as a form, with progress where the platform tells it.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createClient, type Progress } from 'ringfence';
import { fileToken, fileUrl } from 'ringfence/files';
import { startDouble } from './double.js';

test('a record with files is one form, the rest of it as JSON', async () => {
  const { url, seen } = await startDouble(() => ({ json: { id: 'r' } }));
  const progress: Progress[] = [];
  const posts = createClient(url).collection('posts');
  await posts.create(
    { title: 'x', cover: new File(['abc'], 'a.png'), more: [new File(['d'], 'd.txt'), 'kept.txt'] },
    { onProgress: (one) => progress.push(one) },
  );
  assert.match(String(seen[0]?.headers['content-type']), /^multipart\/form-data/);
  const body = seen[0]?.body ?? '';
  assert.match(body, /name="@jsonPayload"\r\n\r\n\{"title":"x","more":\["kept.txt"\]\}/);
  assert.match(body, /name="cover"; filename="a.png"/);
  assert.match(body, /name="more"; filename="d.txt"/);
  assert.ok(seen[0]?.headers['idempotency-key']);
  assert.equal(progress.length, 1);
  assert.equal(progress[0]?.loaded, progress[0]?.total);
});

test('a batch with files is one form, and its parts say which operation they are of', async () => {
  const { url, seen } = await startDouble(() => ({ json: [{ body: {} }, { body: null }] }));
  await createClient(url).batch((batch) => [
    batch.collection('posts').create({ title: 'x', cover: new File(['abc'], 'a.png') }),
    batch.collection('posts').delete('r'),
  ]);
  const body = seen[0]?.body ?? '';
  assert.match(body, /name="requests.0.cover"; filename="a.png"/);
  const sent = /name="@jsonPayload"\r\n\r\n(.*)\r\n/.exec(body)?.[1] ?? '';
  assert.deepEqual(JSON.parse(sent), {
    requests: [
      { method: 'POST', url: '/api/collections/posts/records', body: { title: 'x' } },
      { method: 'DELETE', url: '/api/collections/posts/records/r' },
    ],
  });
});

/** As much of a browser's request as the client uses. */
class BrowserRequest {
  static sent: BrowserRequest[] = [];
  upload: { onprogress?: (progress: Progress) => void } = {};
  status = 200;
  responseText = '{"id":"r"}';
  headers: Record<string, string> = {};
  method = '';
  onload?: () => void;
  onabort?: () => void;
  onloadend?: () => void;
  open(method: string): void {
    this.method = method;
  }
  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }
  getAllResponseHeaders(): string {
    return 'content-type: application/json\r\nx-request-id: q\r\n';
  }
  abort(): void {
    this.onabort?.();
    this.onloadend?.();
  }
  send(): void {
    BrowserRequest.sent.push(this);
    this.upload.onprogress?.({ loaded: 1, total: 2 });
    this.upload.onprogress?.({ loaded: 2, total: 2 });
    if (this.status === 0) return;
    this.onload?.();
    this.onloadend?.();
  }
}

test('in a browser the progress comes while the files go', async () => {
  Object.assign(globalThis, { XMLHttpRequest: BrowserRequest });
  after(() => Reflect.deleteProperty(globalThis, 'XMLHttpRequest'));
  const progress: Progress[] = [];
  const posts = createClient('http://127.0.0.1:9', { token: 'tok' }).collection('posts');
  const options = { onProgress: (one: Progress) => progress.push(one) };
  assert.deepEqual(await posts.update('r', { cover: new Blob(['x']) }, options), { id: 'r' });
  assert.deepEqual(progress, [
    { loaded: 1, total: 2 },
    { loaded: 2, total: 2 },
  ]);
  assert.equal(BrowserRequest.sent[0]?.method, 'PATCH');
  assert.equal(BrowserRequest.sent[0]?.headers['authorization'], 'Bearer tok');

  class Hanging extends BrowserRequest {
    override status = 0;
  }
  Object.assign(globalThis, { XMLHttpRequest: Hanging });
  const controller = new AbortController();
  const call = posts.update('r', { cover: new Blob(['x']) }, { ...options, signal: controller.signal });
  setTimeout(() => controller.abort(new Error('enough')), 10);
  await assert.rejects(call, /enough/);
});

test('the address of a file is that of the contract', async () => {
  const { url, seen } = await startDouble(() => ({ json: { token: 'f' } }));
  const client = createClient(url, { realm: 'acme', app: 'mobile' });
  const record = { id: 'r', collectionName: 'posts' };
  assert.equal(
    fileUrl(client, record, 'a b.png', { thumb: '100x100', download: true, token: await fileToken(client) }),
    `${url}/api/realms/acme/apps/mobile/files/posts/r/a%20b.png?thumb=100x100&download=1&token=f`,
  );
  assert.equal(fileUrl(client, record, 'a.png'), `${url}/api/realms/acme/apps/mobile/files/posts/r/a.png`);
  assert.equal(seen[0]?.method, 'POST');
});
