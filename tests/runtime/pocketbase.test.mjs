// The official `pocketbase` client from npm, unchanged, against the bundle on
// real workerd: what an app written for that client relies on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import PocketBase, { ClientResponseError } from 'pocketbase';
import { PASSWORD } from './people.mjs';
import { startServer, vars } from './server.mjs';

function connect(server, base = '') {
  const pb = new PocketBase(server.url + base);
  pb.autoCancellation(false);
  return pb;
}

async function register(server, name) {
  const pb = connect(server);
  const email = `${name}@example.com`;
  await pb.collection('users').create({ name, email, password: PASSWORD, passwordConfirm: PASSWORD });
  await pb.collection('users').authWithPassword(email, PASSWORD);
  return pb;
}

/** What a call is refused with; fails when it is not refused. */
async function refusal(promise) {
  const error = await promise.then(() => assert.fail('was not refused'), (reason) => reason);
  assert.ok(error instanceof ClientResponseError, String(error));
  return error;
}

const ownId = (pb) => pb.authStore.record.id;
const note = (pb, title, more = {}) => ({ owner: ownId(pb), title, ...more });
const titles = (records) => records.map(({ title }) => title);

async function signsIn(server, ada) {
  assert.ok(ada.authStore.isValid);
  const { record } = ada.authStore;
  assert.equal(record.email, 'ada@example.com');
  assert.equal(record.collectionName, 'users');
  for (const secret of ['password', 'tokenKey']) assert.equal(secret in record, false, secret);

  const renewed = await ada.collection('users').authRefresh();
  assert.equal(renewed.record.id, record.id);
  assert.ok(renewed.token.length > 0);

  const wrong = await refusal(connect(server).collection('users').authWithPassword('ada@example.com', 'wrong'));
  assert.equal(wrong.status, 400);
  const stranger = await refusal(connect(server).collection('users').authWithPassword('nobody@example.com', 'wrong'));
  assert.deepEqual(stranger.response, wrong.response, 'says whether there is such a user');
  const anonymous = await refusal(connect(server).collection('users').authRefresh());
  assert.equal(anonymous.status, 401);
}

async function writesAndReadsARecord(ada) {
  const notes = ada.collection('notes');
  const created = await notes.create(note(ada, 'First', { pinned: true, color: 'blue' }));
  assert.match(created.id, /^[a-z0-9]{15}$/);
  assert.match(created.created, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.equal(created.collectionName, 'notes');
  assert.deepEqual([created.pinned, created.color, created.body, created.remind], [true, 'blue', '', '']);
  assert.deepEqual(await notes.getOne(created.id), created);

  const updated = await notes.update(created.id, { title: 'Second', pinned: false });
  assert.deepEqual([updated.title, updated.pinned, updated.color], ['Second', false, 'blue']);
  assert.equal(updated.created, created.created);

  assert.equal(await notes.delete(created.id), true);
  assert.equal((await refusal(notes.getOne(created.id))).status, 404);
}

async function listsRecords(ada) {
  const notes = ada.collection('notes');
  const names = Array.from({ length: 25 }, (_, index) => `List ${String(index).padStart(2, '0')}`);
  for (const name of names) await notes.create(note(ada, name, { color: name < 'List 10' ? 'red' : 'green' }));

  const page = await notes.getList(2, 10, { filter: 'title ~ "List"', sort: 'title' });
  assert.deepEqual([page.page, page.perPage, page.totalItems, page.totalPages], [2, 10, 25, 3]);
  assert.deepEqual(titles(page.items), names.slice(10, 20));
  const backwards = await notes.getList(1, 3, { filter: 'title ~ "List"', sort: '-title', skipTotal: true });
  assert.deepEqual(titles(backwards.items), names.slice(-3).toReversed());
  assert.deepEqual([backwards.totalItems, backwards.totalPages], [-1, -1]);

  const all = await notes.getFullList({ filter: 'title ~ "List"', sort: 'title', batch: 7 });
  assert.deepEqual(titles(all), names);

  const filter = ada.filter('color = {:color} && title > {:after}', { color: 'red', after: 'List 07' });
  assert.deepEqual(titles(await notes.getFullList({ filter, sort: 'title' })), ['List 08', 'List 09']);
  assert.equal((await notes.getFirstListItem('title = "List 13"')).color, 'green');
  assert.equal((await refusal(notes.getFirstListItem('title = "List 99"'))).status, 404);

  const quoted = await notes.create(note(ada, `it's "quoted" \\ and more`));
  const found = await notes.getFirstListItem(ada.filter('title = {:title}', { title: quoted.title }));
  assert.equal(found.id, quoted.id);

  const slim = await notes.getList(1, 1, { fields: 'id,title' });
  assert.deepEqual(Object.keys(slim.items[0]).sort(), ['id', 'title']);
}

async function writesABatch(ada) {
  const kept = await ada.collection('notes').create(note(ada, 'To change'));
  const gone = await ada.collection('notes').create(note(ada, 'To remove'));
  const batch = ada.createBatch();
  batch.collection('notes').create(note(ada, 'Of a batch'));
  batch.collection('notes').update(kept.id, { title: 'Changed' });
  batch.collection('notes').delete(gone.id);
  const results = await batch.send();
  assert.deepEqual(results.map(({ status }) => status), [200, 200, 204]);
  assert.equal(results[0].body.title, 'Of a batch');
  assert.equal(results[1].body.title, 'Changed');

  const failing = ada.createBatch();
  failing.collection('notes').create(note(ada, 'Never stored'));
  failing.collection('notes').create(note(ada, ''));
  const error = await refusal(failing.send());
  assert.equal(error.status, 400);
  assert.ok(error.response.data.requests?.['1'], JSON.stringify(error.response));
  const stored = await ada.collection('notes').getList(1, 1, { filter: 'title = "Never stored"' });
  assert.equal(stored.totalItems, 0);
}

async function saysWhatIsWrong(ada, bob) {
  const invalid = await refusal(ada.collection('notes').create(note(ada, '', { color: 'pink', remind: 'soon' })));
  assert.equal(invalid.status, 400);
  assert.deepEqual(Object.keys(invalid.response.data).sort(), ['color', 'remind', 'title']);
  for (const { code, message } of Object.values(invalid.response.data)) assert.ok(code && message);

  const owned = await ada.collection('notes').create(note(ada, 'Mine'));
  assert.equal((await refusal(bob.collection('notes').getOne(owned.id))).status, 404);
  assert.equal((await refusal(bob.collection('notes').update(owned.id, { title: 'x' }))).status, 404);
  assert.equal((await refusal(bob.collection('notes').delete(owned.id))).status, 404);
  assert.equal((await refusal(bob.collection('notes').create(note(ada, 'As somebody else')))).status, 403);
  const handed = await refusal(ada.collection('notes').update(owned.id, { owner: ownId(bob) }));
  assert.equal(handed.status, 403);
  assert.equal((await bob.collection('notes').getList()).totalItems, 0);

  const filter = await refusal(ada.collection('notes').getList(1, 1, { filter: 'titel = 1' }));
  assert.equal(filter.status, 400);
  assert.match(filter.response.message, /title/, 'gives no hint');
  assert.equal((await refusal(ada.collection('nothing').getList())).status, 404);
}

async function followsRelations(admin, ada) {
  const team = await admin.collection('teams').create({ name: 'Web', slug: 'web', owner: ownId(ada) });
  await ada.collection('memberships').create({ user: ownId(ada), team: team.id, role: 'owner' });
  const project = await ada.collection('projects').create({ title: 'Shop', team: team.id });
  const task = await ada.collection('tasks').create({ title: 'Checkout', project: project.id, tags: ['bug'] });
  const expand = 'project.team.owner';
  const read = await ada.collection('tasks').getOne(task.id, { expand });
  assert.equal(read.expand.project.expand.team.expand.owner.id, ownId(ada));
  const listed = await ada.collection('tasks').getList(1, 5, { filter: 'project.team.slug = "web"', expand });
  assert.equal(listed.items[0].expand.project.title, 'Shop');
  const tagged = await ada.collection('tasks').update(task.id, { 'tags+': 'docs' });
  assert.deepEqual(tagged.tags, ['bug', 'docs']);
}

async function letsTheMasterDoAnything(server, admin, ada) {
  assert.ok(admin.authStore.isValid);
  assert.equal(admin.authStore.record.collectionName, '_superusers');
  const seen = await admin.collection('notes').getList(1, 1, { filter: `owner = "${ownId(ada)}"` });
  assert.ok(seen.totalItems > 0);
  const refused = await refusal(connect(server).collection('_superusers').authWithPassword('admin@example.com', 'no'));
  assert.equal(refused.status, 400);
}

test('the pocketbase client', async (t) => {
  const server = await startServer(t);
  const admin = connect(server);
  const ada = await register(server, 'ada');
  const bob = await register(server, 'bob');
  await admin.collection('_superusers').authWithPassword(vars.MASTER_ADMIN_EMAIL, vars.MASTER_ADMIN_PASSWORD);

  await t.test('signs in and renews its token', () => signsIn(server, ada));
  await t.test('writes and reads a record', () => writesAndReadsARecord(ada));
  await t.test('lists, filters, sorts and picks', () => listsRecords(ada));
  await t.test('writes a batch, whole or not at all', () => writesABatch(ada));
  await t.test('is told what is wrong', () => saysWhatIsWrong(ada, bob));
  await t.test('follows relations', () => followsRelations(admin, ada));
  await t.test('signs the master administrator in', () => letsTheMasterDoAnything(server, admin, ada));
  await t.test('reaches an app by its realm and name', async () => {
    const named = connect(server, '/api/realms/default/apps/default');
    await named.collection('users').authWithPassword('ada@example.com', PASSWORD);
    assert.ok((await named.collection('notes').getList()).totalItems > 0);
  });
});
