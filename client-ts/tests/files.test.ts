// Files against the real server and its bucket: with a record, in a batch, and large
// ones by themselves, in parts, taken up again after a break.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { createClient, isError, type Client, type Progress, type Upload } from 'ringfence';
import { fileToken, fileUrl, uploadFile } from 'ringfence/files';
import type { Schema } from './app.js';
import { startServerWithBucket } from './server.js';

const PART = 8 * 1024 * 1024;
const png = Uint8Array.from(atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='), (c) => c.charCodeAt(0));
const picture = (name = 'myself.png') => new File([png], name, { type: 'image/png' });

let url = '';
let ann: Client<Schema>;
let annId = '';
let task = '';

before(async () => {
  ({ url } = await startServerWithBucket());
  ann = createClient<Schema>(url);
  annId = (await ann.auth.signUp({ email: 'ann@example.com', password: 'a long password', name: 'Ann' })).id;
  const team = await ann.collection('teams').create({ name: 'Team', slug: 'team', owner: annId });
  await ann.collection('memberships').create({ user: annId, team: team.id, role: 'owner' });
  const project = await ann.collection('projects').create({ title: 'P', team: team.id });
  task = (await ann.collection('tasks').create({ title: 'T', project: project.id })).id;
});

async function bytesOf(record: { id: string; collectionName: string }, name: string): Promise<Uint8Array> {
  const reply = await fetch(fileUrl(ann, record, name, { token: await fileToken(ann) }));
  assert.equal(reply.status, 200, await reply.clone().text());
  return new Uint8Array(await reply.arrayBuffer());
}

/** Bytes of which no two parts are alike. */
function large(size: number): File {
  const words = new Uint32Array(Math.ceil(size / 4)).map((_, at) => at * 2_654_435_761);
  return new File([new Uint8Array(words.buffer, 0, size)], 'Large File.bin');
}

test('a small file goes with its record, and its bytes come back to those who may read it', async () => {
  const users = ann.collection('users');
  const progress: Progress[] = [];
  const user = await users.update(annId, { avatar: picture() }, { onProgress: (one) => progress.push(one) });
  assert.match(user.avatar, /^myself_\w{10}\.png$/);
  assert.equal(progress.at(-1)?.loaded, progress.at(-1)?.total);
  assert.deepEqual(await bytesOf(user, user.avatar), png);
  assert.equal((await fetch(fileUrl(ann, user, user.avatar))).status, 404);
  assert.equal((await users.update(annId, { avatar: null })).avatar, '');
});

test('somebody signs up with a picture', async () => {
  const ben = createClient<Schema>(url);
  const user = await ben.auth.signUp({ email: 'ben@example.com', password: 'a long password', name: 'Ben', avatar: picture() });
  const reply = await fetch(fileUrl(ben, user, user.avatar, { token: await fileToken(ben) }));
  assert.deepEqual(new Uint8Array(await reply.arrayBuffer()), png);
});

test('a list of files grows, keeps what it names, and shrinks', async () => {
  const comments = ann.collection('comments');
  const made = await comments.create({ task, author: annId, body: 'look', attachments: [picture('apple.png'), picture('berry.png')] });
  assert.equal(made.attachments.length, 2);
  const [first = '', second = ''] = made.attachments;
  const kept = await comments.update(made.id, { attachments: [second, picture('cherry.png')] });
  assert.equal(kept.attachments[0], second);
  assert.match(kept.attachments[1] ?? '', /^cherry_/);
  const less = await comments.update(made.id, { 'attachments-': second });
  assert.equal(less.attachments.length, 1);
  const more = await comments.update(made.id, { 'attachments+': picture('date.png') });
  assert.equal(more.attachments.length, 2);
  assert.deepEqual(await bytesOf(more, more.attachments[1] ?? ''), png);
  await assert.rejects(comments.update(made.id, { attachments: [first] }), (error: unknown) => {
    assert.ok(isError(error, 'validation_failed'));
    assert.equal(error.fields['attachments']?.code, 'invalid_file');
    return true;
  });
});

test('a batch brings files, all of them or none', async () => {
  const [user, comment] = await ann.batch((batch) => [
    batch.collection('users').update(annId, { avatar: picture(), name: 'Ann B.' }),
    batch.collection('comments').create({ task, author: annId, body: 'both', attachments: [picture('one.png'), picture('two.png')] }),
  ]);
  assert.equal(user.name, 'Ann B.');
  assert.equal(comment.attachments.length, 2);
  assert.deepEqual(await bytesOf(comment, comment.attachments[1] ?? ''), png);
  const failed = ann.batch((batch) => [
    batch.collection('users').update(annId, { avatar: picture('other.png') }),
    batch.collection('comments').create({ task, author: annId, body: '' }),
  ]);
  await assert.rejects(failed, { code: 'validation_failed', operation: 1 });
  assert.equal((await ann.collection('users').get(annId)).avatar, user.avatar);
});

test('a large file goes in parts, with progress, and then with its record', async () => {
  const file = large(2 * PART + 12_345);
  const progress: number[] = [];
  const place = { collection: 'comments', field: 'attachments' } as const;
  const upload = await uploadFile(ann, place, file, { onProgress: ({ loaded }) => progress.push(loaded) });
  assert.deepEqual(progress, [...progress].sort((a, b) => a - b));
  assert.equal(progress.at(-1), file.size);
  assert.ok(progress.length >= 3);
  const made = await ann.collection('comments').create({ task, author: annId, body: 'large', attachments: [upload, picture()] });
  assert.match(made.attachments[0] ?? '', /^large_file_\w{10}/);
  assert.deepEqual(await bytesOf(made, made.attachments[0] ?? ''), new Uint8Array(await file.arrayBuffer()));
});

test('an upload that was broken off sends what is missing, and nothing twice', async () => {
  const file = large(3 * PART);
  let begun: Upload | undefined;
  const parts: string[] = [];
  const controller = new AbortController();
  const breaking: typeof fetch = async (input, init) => {
    const part = /parts\/(\d+)$/.exec(String(input))?.[1];
    if (part) parts.push(part);
    if (part === '2' && parts.length < 4) controller.abort(new Error('the train went into a tunnel'));
    return fetch(input, init);
  };
  const client = createClient<Schema>(url, { token: ann.auth.token ?? '', fetch: breaking });
  const place = { collection: 'comments', field: 'attachments' } as const;
  const broken = uploadFile(client, place, file, { signal: controller.signal, onStart: (upload) => (begun = upload) });
  await assert.rejects(broken, /tunnel/);
  assert.equal(parts[0], '1');

  parts.length = 0;
  // From here on the train is out of it.
  parts.push('-', '-', '-', '-');
  await assert.rejects(uploadFile(client, place, large(PART), { resume: begun }), /its size is another/);
  const upload = await uploadFile(client, place, file, { resume: begun });
  assert.deepEqual(upload, begun);
  assert.ok(!parts.includes('1'), parts.join());
  assert.deepEqual(await uploadFile(client, place, file, { resume: begun }), begun);
  const made = await client.collection('comments').create({ task, author: annId, body: 'resumed', attachments: [upload] });
  assert.equal((await bytesOf(made, made.attachments[0] ?? '')).length, file.size);
});

test('a part whose answer is lost on the way is sent again', async () => {
  let tries = 0;
  const lossy: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (String(input).includes('/parts/') && (tries += 1) === 1) throw new TypeError('the connection was cut');
    return response;
  };
  const client = createClient<Schema>(url, { token: ann.auth.token ?? '', fetch: lossy, retryDelayMs: 1 });
  await uploadFile(client, { collection: 'comments', field: 'attachments' }, new Blob(['a little text']));
  assert.equal(tries, 2);
});

test('an empty file is a file', async () => {
  const upload = await uploadFile(ann, { collection: 'comments', field: 'attachments' }, new File([], 'empty.txt'));
  const made = await ann.collection('comments').create({ task, author: annId, body: 'empty', attachments: [upload] });
  assert.equal((await bytesOf(made, made.attachments[0] ?? '')).length, 0);
});

test('what may not be stored is refused before it is sent', async () => {
  const visitor = createClient<Schema>(url);
  const place = { collection: 'users', field: 'avatar', record: annId } as const;
  await assert.rejects(uploadFile(visitor, place, picture()), { code: 'unauthorized' });
  await assert.rejects(uploadFile(ann, place, large(PART)), (error: unknown) => {
    assert.ok(isError(error, 'validation_failed'));
    assert.equal(error.fields['avatar']?.code, 'file_too_large');
    return true;
  });
  // @ts-expect-error a field that holds no files
  await assert.rejects(uploadFile(ann, { collection: 'comments', field: 'body' }, picture()), { code: 'validation_failed' });
});
