// Files on their way between clients and the bucket. What may be stored or read, under
// which key and with which headers, the app's object says (`decide`); here bytes are
// passed on, and none of them is kept.

import * as rust from '../dist/ringfence.js';
import { bodyOf, headOf, isForm, requestIdOf } from './request.mjs';
import { thumbOf } from './thumbs.mjs';

const fileHeaders = {
  'x-content-type-options': 'nosniff',
  // INVARIANT: whatever a file holds, it runs in no origin.
  'content-security-policy': "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'; sandbox",
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag, X-Request-Id',
};

const isRead = (method) => method === 'GET' || method === 'HEAD';

const isUpload = (method, url) => method === 'PUT' && url.includes('/files/uploads/');

/** Whether a request for an app needs what is done here. */
export function hasBytes(request, method, url) {
  if (isRead(method)) return url.includes('/files/');
  if (isUpload(method, url)) return true;
  return isForm(request.headers.get('content-type') ?? '');
}

/**
 * Serves such a request, with `app` the object's stub and `guarded` what calls into Wasm
 * go through: gives its reply, or why there is none.
 */
export async function passBytes(request, env, app, guarded) {
  const requestId = requestIdOf(request);
  const type = request.headers.get('content-type') ?? '';
  const head = headOf(request, requestId, type, true);
  if (!isRead(request.method) && !isUpload(request.method, request.url)) return sendForm(request, env, app, head, type, guarded);
  const answer = await app.decide(head);
  if (answer instanceof Response) return answer;
  if (env.FILES === undefined) return rust.Refusal.NoBucket;
  if (isUpload(request.method, request.url)) return receive(request, env, app, head, answer, guarded);
  const thumb = answer.thumb === null ? null : await thumbOf(env.FILES, answer.thumb);
  if (thumb === null) return sendFile(env, answer, requestId);
  return sendThumb(thumb, answer.thumb.headers, requestId);
}

const withOwn = (headers, requestId) => new Headers([...headers, ...Object.entries(fileHeaders), ['x-request-id', requestId]]);

function sendThumb({ body, length, type }, headers, requestId) {
  const all = withOwn([...headers, ['content-type', type], ['content-length', String(length)]], requestId);
  return new Response(body, { headers: all });
}

async function sendFile(env, { status, headers, blob }, requestId) {
  const all = withOwn(headers, requestId);
  if (blob === null) return new Response(null, { status, headers: all });
  const { key, offset, length } = blob;
  const found = await env.FILES.get(key, { range: { offset, length } });
  if (found === null) throw new Error(`the blob ${key} is not in the bucket`);
  return new Response(found.body, { status, headers: all });
}

// First the object is told which files there are; it says where they go, or refuses
// before a byte is stored. When they are there, it gets the form again.
async function sendForm(request, env, app, head, type, guarded) {
  const { form, refusal } = await bodyOf(request, type);
  if (refusal !== undefined) return refusal;
  const files = await describeFiles(form, request.headers.has('idempotency-key'), guarded);
  if (files.length > 0 && env.FILES === undefined) return rust.Refusal.NoBucket;
  const answer = await app.decide(head, form);
  if (answer instanceof Response) return answer;
  await Promise.all(files.map(async ({ file, about }, index) => {
    const { etag } = await env.FILES.put(answer.keys[index], file);
    [about[KEY], about[ETAG]] = [answer.uploads[index], etag];
  }));
  return app.decide(head, form);
}

// The body goes into the bucket as it comes; only its first bytes are looked at.
async function receive(request, env, app, head, { key, blob, part, length }, guarded) {
  const announced = request.headers.get('content-length');
  if (announced !== null && Number(announced) !== length) return rust.Refusal.WrongLength;
  const { readable, writable } = new FixedLengthStream(length);
  const stored = part === null
    ? env.FILES.put(key, readable)
    : env.FILES.resumeMultipartUpload(key, part[0]).uploadPart(part[1], readable);
  const passed = pass(request.body, writable, (first) => (part === null || part[1] === 1 ? typeOf(first, guarded)[0] : ''));
  const [{ value: type, reason }, put] = await Promise.allSettled([passed, stored]);
  // Too few bytes, too many, or a client that went away.
  if (reason !== undefined || isCutShort(put.reason)) return rust.Refusal.WrongLength;
  if (put.status === 'rejected') {
    console.error(JSON.stringify({ level: 'error', cause: String(put.reason) }));
    return rust.Refusal.BucketFailed;
  }
  return app.stored(head, blob, put.value.etag, type);
}

// A body that ends early ends the bucket's stream, which alone says why.
const isCutShort = (reason) => String(reason?.message).startsWith('FixedLengthStream');

// Gives what `look` makes of the first bytes.
async function pass(body, writable, look) {
  const first = await firstOf(body);
  const seen = look(first);
  const writer = writable.getWriter();
  if (first.length > 0) await writer.write(first);
  if (body === null) await writer.close();
  writer.releaseLock();
  if (body !== null) await body.pipeTo(writable);
  return seen;
}

async function firstOf(body) {
  const chunks = [];
  const reader = body?.getReader();
  for (let length = 0; reader && length < rust.content_type_bytes();) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
  }
  reader?.releaseLock();
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

const typeOf = (bytes, guarded) => {
  const type = guarded(() => rust.content_type(bytes.subarray(0, rust.content_type_bytes())));
  return (type ?? 'application/octet-stream\n').split('\n');
};

const KEY = 0;
const ETAG = 6;

// Puts what is known of each file in its place: key, name, size, type, extension,
// digest, ETag.
async function describeFiles(form, withDigest, guarded) {
  const files = [];
  for (let at = 2; at < form.length; at += 3) {
    const file = form[at];
    if (file === undefined) continue;
    const first = new Uint8Array(await file.slice(0, rust.content_type_bytes()).arrayBuffer());
    const [type, extension] = typeOf(first, guarded);
    const digest = withDigest ? await digestOf(file) : '';
    form[at] = ['', file.name, file.size, type, extension, digest, ''];
    files.push({ file, about: form[at] });
  }
  return files;
}

async function digestOf(file) {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Does a job of an object's in the bucket; `work` as `bucket.rs` describes it. */
export async function workInBucket(bucket, work) {
  switch (work.job) {
    case 'delete':
      await Promise.all(work.uploads.map(([key, id]) => abort(bucket, key, id)));
      await bucket.delete(work.keys);
      return {};
    case 'begin':
      return { upload: (await bucket.createMultipartUpload(work.key)).uploadId };
    case 'complete':
      return complete(bucket, work);
    case 'list':
      return list(bucket, work);
    default:
      throw new Error(`no such job: ${work.job}`);
  }
}

// One that was completed, or given up before, is none any more.
async function abort(bucket, key, id) {
  try {
    await bucket.resumeMultipartUpload(key, id).abort();
  } catch {
    // Its parts, if there are any, go when the bucket's own time for them is over.
  }
}

// One that was completed before, by somebody who could not say so any more, is there.
async function complete(bucket, { key, upload, parts }) {
  const all = parts.map(([partNumber, etag]) => ({ partNumber, etag }));
  const found = await bucket.resumeMultipartUpload(key, upload).complete(all).catch(() => bucket.head(key));
  return { size: found?.size ?? null, etag: found?.etag ?? null };
}

async function list(bucket, { prefix, after, limit }) {
  const { objects, truncated } = await bucket.list({ prefix, limit, ...(after ? { startAfter: after } : {}) });
  const blobs = objects.map(({ key, size, uploaded }) => ({ key, size, age_ms: Date.now() - uploaded.getTime() }));
  return { blobs, more: truncated };
}
