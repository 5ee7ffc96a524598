// Files: what is sent with a record, what its field then holds, and who gets the
// bytes back.

import assert from 'node:assert/strict';
import { png, sizeOf } from '../../support/pictures.mjs';
import { fieldCodes, refusal, scenario } from '../scenario.mjs';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const picture = (name = 'Me Myself.png', bytes = PNG) => new File([bytes], name, { type: 'image/png' });
const bytesOf = async (response) => Buffer.from(await response.arrayBuffer());

scenario('a file comes with a record and opens with a token', async ({ person, anonymous }) => {
  const ada = await person();
  const record = await ada.collection('users').update(ada.me, { avatar: picture() });
  assert.match(record.avatar, /^me_myself_[a-zA-Z0-9]{10}\.png$/);
  const token = await ada.files.getToken();
  const url = ada.files.getURL(record, record.avatar, { token });
  const response = await fetch(url);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'image/png');
  assert.match(response.headers.get('content-disposition'), /^inline/);
  assert.match(response.headers.get('content-security-policy'), /sandbox/);
  assert.deepEqual(await bytesOf(response), PNG);
  assert.equal((await fetch(ada.files.getURL(record, record.avatar))).status, 404);
  assert.equal((await fetch(ada.files.getURL(record, 'other.png', { token }))).status, 404);
  assert.equal((await refusal(anonymous().files.getToken())).status, 401);
});

scenario('a file is saved under a name when it is asked for', async ({ person }) => {
  const ada = await person();
  const record = await ada.collection('users').update(ada.me, { avatar: picture() });
  const token = await ada.files.getToken();
  const url = ada.files.getURL(record, record.avatar, { token, download: true });
  const response = await fetch(url);
  assert.match(response.headers.get('content-disposition'), /^attachment; filename=/);
  const range = await fetch(url, { headers: { range: 'bytes=1-3' } });
  assert.deepEqual([range.status, await range.text()], [206, 'PNG']);
});

scenario('thumbs have the sizes that the field declares; another one is the file', async ({ person }) => {
  const ada = await person();
  const token = await ada.files.getToken();
  for (const [width, height, sizes] of [
    [600, 300, { '100x100': [100, 100], '400x400f': [400, 200], '0x40': [80, 40], '99x0': [600, 300] }],
    [30, 77, { '100x100': [100, 100], '400x400f': [30, 77], '0x40': [16, 40], '400x400': [30, 77] }],
  ]) {
    const bytes = png(width, height, (x, y) => [x % 256, y % 256, 99]);
    const record = await ada.collection('users').update(ada.me, { avatar: picture('me.png', bytes) });
    for (const [thumb, size] of Object.entries(sizes)) {
      const response = await fetch(ada.files.getURL(record, record.avatar, { token, thumb }));
      assert.equal(response.headers.get('content-type'), 'image/png');
      assert.deepEqual(sizeOf(await bytesOf(response)), size, thumb);
    }
  }
});

scenario('somebody registers with a picture', async ({ admin, connect, unique }) => {
  const email = `eve-${unique()}@example.com`;
  const account = { email, password: '1234567890', passwordConfirm: '1234567890', name: 'Eve', avatar: picture() };
  const { avatar } = await connect().collection('users').create(account);
  assert.match(avatar, /\.png$/);
  const pb = await admin();
  const found = await pb.collection('users').getFirstListItem(pb.filter('email = {:email}', { email }));
  const response = await fetch(pb.files.getURL(found, avatar, { token: await pb.files.getToken() }));
  assert.deepEqual(await bytesOf(response), PNG);
});

scenario('another file takes the place of the first, and null takes it away', async ({ person }) => {
  const ada = await person();
  const users = ada.collection('users');
  const token = await ada.files.getToken();
  const read = (record, name) => fetch(ada.files.getURL(record, name, { token }));
  const first = await users.update(ada.me, { avatar: picture() });
  const second = await users.update(ada.me, { avatar: picture('second.png', Buffer.concat([PNG, PNG])) });
  assert.equal((await bytesOf(await read(second, second.avatar))).length, 2 * PNG.length);
  assert.equal((await read(second, first.avatar)).status, 404);
  // Sent back as it is, it stays.
  const same = await users.update(ada.me, { avatar: second.avatar, name: 'Ada L.' });
  assert.equal(same.avatar, second.avatar);
  assert.equal((await users.update(ada.me, { avatar: null })).avatar, '');
  assert.equal((await read(second, second.avatar)).status, 404);
});

scenario('a list of files grows and shrinks', async ({ person, team }) => {
  const ada = await person();
  const { project } = await team(ada);
  const task = await ada.collection('tasks').create({ title: 'Sign', project: project.id });
  const comments = ada.collection('comments');
  const text = (name) => new File([name], name, { type: 'text/plain' });
  const first = await comments.create({ task: task.id, author: ada.me, body: 'Look', attachments: [text('one.txt'), text('two.txt')] });
  const beginnings = ({ attachments }) => attachments.map((name) => name.split('_')[0]);
  assert.deepEqual(beginnings(first), ['one', 'two']);
  const grown = await comments.update(first.id, { 'attachments+': text('three.txt') });
  assert.deepEqual(beginnings(grown), ['one', 'two', 'three']);
  assert.deepEqual(grown.attachments.slice(0, 2), first.attachments);
  const before = await comments.update(first.id, { '+attachments': text('zero.txt') });
  assert.deepEqual(beginnings(before), ['zero', 'one', 'two', 'three']);
  const shrunk = await comments.update(first.id, { 'attachments-': [first.attachments[0], before.attachments[0]] });
  assert.deepEqual(beginnings(shrunk), ['two', 'three']);
  const token = await ada.files.getToken();
  const read = (name) => fetch(ada.files.getURL(shrunk, name, { token }));
  assert.equal(await (await read(shrunk.attachments[1])).text(), 'three.txt');
  assert.equal((await read(first.attachments[0])).status, 404);
  const one = await comments.update(first.id, { attachments: [shrunk.attachments[1]] });
  assert.deepEqual(one.attachments, [shrunk.attachments[1]]);
  assert.deepEqual((await comments.update(first.id, { attachments: [] })).attachments, []);
});

scenario('a name alone brings no file', async ({ person }) => {
  const ada = await person();
  const error = await refusal(ada.collection('users').update(ada.me, { avatar: 'me.png' }));
  assert.equal(error.status, 400);
  assert.deepEqual(Object.keys(fieldCodes(error)), ['avatar']);
});

scenario('a file that is too large', async ({ person }) => {
  const ada = await person();
  const large = picture('large.png', Buffer.alloc(5 * 1024 * 1024 + 1));
  const error = await refusal(ada.collection('users').update(ada.me, { avatar: large }));
  assert.equal(error.status, 400);
  assert.deepEqual(Object.keys(fieldCodes(error)), ['avatar']);
});

scenario('a batch brings files', async ({ person }) => {
  const ada = await person();
  const batch = ada.createBatch();
  batch.collection('users').update(ada.me, { name: 'Ada B.' });
  batch.collection('users').update(ada.me, { avatar: picture() });
  const [, { body }] = await batch.send();
  assert.equal(body.name, 'Ada B.');
  const url = ada.files.getURL(body, body.avatar, { token: await ada.files.getToken() });
  assert.deepEqual(await bytesOf(await fetch(url)), PNG);
});
