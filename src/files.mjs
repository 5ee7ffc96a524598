// Files on their way between clients and the bucket. What may be stored or read, under
// which key and with which headers, the app's object says; here bytes are passed on,
// and none of them is kept.

import * as rust from '../dist/ringfence.js';
import { BLOB, SAID, TASK, fileReply } from './replies.mjs';
import { bodyOf, isForm, isRead, textOf } from './request.mjs';
import { thumbOf } from './thumbs.mjs';

const SAID_BYTES = 4096;

const isUpload = (method, url) => method === 'PUT' && url.includes('/files/uploads/');

/** Whether an object has the front's word in the place of such a request's body. */
export const isSaid = (method, url, type) => isUpload(method, url) || (isForm(type) && !isRead(method));

/** Whether a request for an app needs what is done here. */
export const hasBytes = (method, url, request) =>
  isRead(method) ? url.includes('/files/') : isSaid(method, url, request.headers.get('content-type') ?? '');

/**
 * Gives the reply to such a request, with `app` the object's stub, `guarded` what calls
 * into Wasm go through, and `refuse` what makes a reply of a refusal.
 */
export function passBytes(request, env, app, guarded, refuse) {
  const { method, url } = request;
  if (isRead(method)) return sendFile(request, env, app, refuse);
  return isUpload(method, url) ? receive(request, env, app, guarded, refuse) : sendForm(request, env, app, guarded, refuse);
}

async function sendFile(request, env, app, refuse) {
  const reply = await app.fetch(request);
  const told = reply.headers.get(BLOB);
  if (told === null) return reply;
  if (env.FILES === undefined) return refuse(rust.Refusal.NoBucket);
  const answer = JSON.parse(told);
  const made = answer.thumb && (await thumbOf(env.FILES, answer.thumb));
  if (made === null) return fileReply(answer.blob && (await bodyFrom(env, answer.blob)), answer);
  // Also to whoever has the file itself, which is none of the thumb.
  const headers = { ...answer.thumb.headers, 'content-type': made.type };
  return fileReply(made.body, { ...answer, status: 200, headers, length: made.length });
}

async function bodyFrom(env, { key, range }) {
  const found = await (range === null ? env.FILES.get(key) : env.FILES.get(key, { range }));
  if (found === null) throw new Error(`the blob ${key} is not in the bucket`);
  return found.body;
}

// Says to the object, as JSON, what it needs to know of bytes. In a header, where that is
// short: to read a body takes as long as to check the form.
function tell(request, app, what) {
  const headers = new Headers(request.headers);
  headers.delete('content-length');
  const { url, method } = request;
  if (what.length > SAID_BYTES) {
    headers.delete(SAID);
    return app.fetch(url, { method, headers, body: what });
  }
  headers.set(SAID, what.replace(NOT_ASCII, escaped));
  return app.fetch(url, { method, headers });
}

const NOT_ASCII = /[^\x20-\x7e]/g;
const escaped = (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** For the object: what the front says. */
export async function said(request) {
  return request.headers.get(SAID) ?? request.text();
}

// First the object is told which files there are; it says where they go, or refuses
// before a byte is stored. When they are there, it is told so.
async function sendForm(request, env, app, guarded, refuse) {
  const { form, refusal } = await bodyOf(request, request.headers.get('content-type') ?? '');
  if (refusal !== undefined) return refuse(refusal);
  const files = await describeFiles(form, request.headers.has('idempotency-key'), guarded);
  if (files.length > 0 && env.FILES === undefined) return refuse(rust.Refusal.NoBucket);
  const what = textOf(form);
  if (what === undefined) return refuse(rust.Refusal.TooLarge);
  const first = await tell(request, app, what);
  const task = first.headers.get(TASK);
  if (task === null) return first;
  const { paths, keys, at } = JSON.parse(task);
  await Promise.all(files.map(async ({ bytes, about }, index) => {
    const { etag } = await env.FILES.put(paths[index], bytes);
    Object.assign(about, { key: keys[index], etag, at });
  }));
  return tell(request, app, JSON.stringify(form));
}

// The body goes into the bucket as it comes; only its first bytes are looked at.
async function receive(request, env, app, guarded, refuse) {
  const first = await tell(request, app, '');
  const task = first.headers.get(TASK);
  if (task === null) return first;
  if (env.FILES === undefined) return refuse(rust.Refusal.NoBucket);
  const { path, key, part, length } = JSON.parse(task);
  const announced = request.headers.get('content-length');
  if (announced !== null && Number(announced) !== length) return refuse(rust.Refusal.WrongLength);
  const { readable, writable } = new FixedLengthStream(length);
  const stored = part === null
    ? env.FILES.put(path, readable)
    : env.FILES.resumeMultipartUpload(path, part[0]).uploadPart(part[1], readable);
  const passed = pass(request.body, writable, (first) => (part === null || part[1] === 1 ? typeOf(first, guarded)[0] : ''));
  const [{ value: type, reason }, put] = await Promise.allSettled([passed, stored]);
  // Too few bytes, too many, or a client that went away.
  if (reason !== undefined || isCutShort(put.reason)) return refuse(rust.Refusal.WrongLength);
  if (put.status === 'rejected') {
    console.error(JSON.stringify({ level: 'error', cause: String(put.reason) }));
    return refuse(rust.Refusal.BucketFailed);
  }
  return tell(request, app, JSON.stringify({ key, etag: put.value.etag, type }));
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

// Puts what is known of each file in its place in the form.
async function describeFiles(form, withDigest, guarded) {
  const files = [];
  for (const part of form) {
    const [, , file] = part;
    if (file === null) continue;
    // A small one is read once.
    const isSmall = file.size <= rust.content_type_bytes();
    const first = await (isSmall ? file : file.slice(0, rust.content_type_bytes())).arrayBuffer();
    const [type, extension] = typeOf(new Uint8Array(first), guarded);
    const digest = withDigest ? await digestOf(file) : '';
    const about = { name: file.name, size: file.size, type, extension, digest };
    part[2] = about;
    files.push({ bytes: isSmall ? first : file, about });
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
