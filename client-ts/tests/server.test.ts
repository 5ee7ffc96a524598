// The client against the real server: the built bundle on workerd, the example app.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { all, any, createClient, filter, isError, type Client } from 'ringfence';
import type { Schema } from './app.js';
import { startServer } from './server.js';

let url = '';
let ann: Client<Schema>;
let ben: Client<Schema>;
let annId = '';

before(async () => {
  ({ url } = await startServer());
  ann = createClient<Schema>(url);
  ben = createClient<Schema>(url);
  annId = (await ann.auth.signUp({ email: 'ann@example.com', password: 'a long password', name: 'Ann' })).id;
  await ben.auth.signUp({ email: 'ben@example.com', password: 'a long password', name: 'Ben' });
});

test('a record is created, read, changed and removed', async () => {
  const notes = ann.collection('notes');
  const made = await notes.create({ owner: annId, title: 'Milk', color: 'yellow' });
  assert.equal(made.title, 'Milk');
  assert.equal(made.pinned, false);
  assert.equal(made.collectionName, 'notes');
  assert.deepEqual(await notes.get(made.id), made);
  const changed = await notes.update(made.id, { pinned: true, remind: new Date('2026-12-24T18:00:00Z') });
  assert.equal(changed.remind, '2026-12-24 18:00:00.000Z');
  await notes.delete(made.id);
  await assert.rejects(notes.get(made.id), { code: 'not_found', status: 404 });
});

test('a write names the version that it may change', async () => {
  const notes = ann.collection('notes');
  const made = await notes.create({ owner: annId, title: 'v1' });
  const { headers } = await ann.send('GET', `/collections/notes/records/${made.id}`);
  const changed = await notes.update(made.id, { title: 'v2' }, { ifMatch: made });
  await assert.rejects(notes.update(made.id, { title: 'v3' }, { ifMatch: made }), { code: 'precondition_failed' });
  await assert.rejects(notes.delete(made.id, { ifMatch: headers.get('etag') ?? '' }), { code: 'precondition_failed' });
  await notes.delete(made.id, { ifMatch: changed });
});

test('a write with the same key happens once', async () => {
  const notes = ann.collection('notes');
  const options = { idempotencyKey: 'once-and-only-once' };
  const first = await notes.create({ owner: annId, title: 'once' }, options);
  assert.deepEqual(await notes.create({ owner: annId, title: 'once' }, options), first);
  assert.equal(await notes.where('title', '=', 'once').count(), 1);
  const other = notes.create({ owner: annId, title: 'twice' }, options);
  await assert.rejects(other, { code: 'idempotency_mismatch', status: 422 });
});

test('a change whose answer is lost on the way happens once all the same', async () => {
  let number = 0;
  // Every first try of a write arrives, and its answer does not.
  const lossy: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    number += 1;
    if (init?.method !== 'GET' && number % 2 === 1) throw new TypeError('the connection was cut');
    return response;
  };
  const client = createClient<Schema>(url, { token: ann.auth.token ?? '', fetch: lossy, retryDelayMs: 1 });
  const team = await ann.collection('teams').create({ name: 'Lossy', slug: 'lossy', owner: annId });
  await ann.collection('memberships').create({ user: annId, team: team.id, role: 'owner' });
  const project = await ann.collection('projects').create({ title: 'P', team: team.id });
  const tasks = client.collection('tasks');
  const { id, updated } = await tasks.create({ title: 'T', project: project.id, estimate: 1 });
  assert.equal((await tasks.update(id, { 'estimate+': 2 }, { ifMatch: { updated } })).estimate, 3);
  const same = tasks.where('project', '=', project.id);
  assert.equal(await same.updateAll({ 'estimate+': 2 }), 1);
  assert.equal((await ann.collection('tasks').get(id)).estimate, 5);
  await tasks.delete(id);
  assert.equal(number, 8);
  assert.equal(await ann.collection('tasks').where('project', '=', project.id).count(), 0);
});

test('every form of a condition finds what it says', async () => {
  const notes = ann.collection('notes');
  const titles = ['alpha "1"', "al'pha 2", 'beta \\ 3', 'gamma % 4', 'delta || 1=1'];
  await notes.batch((batch) =>
    titles.map((title, at) => batch.create({ owner: annId, title, body: 'conditions', color: at < 2 ? 'red' : 'blue', pinned: at % 2 === 0 })),
  );
  const mine = notes.where('body', '=', 'conditions').orderBy('title');
  for (const title of titles) {
    assert.deepEqual((await mine.where('title', '=', title).all()).map((note) => note.title), [title]);
    assert.equal(await mine.where(filter`title = ${title}`).count(), 1);
  }
  for (const [query, count] of [
    [mine, 5],
    [mine.where('color', '=', 'red'), 2],
    [mine.where('color', '!=', 'red'), 3],
    [mine.where('color', 'in', ['red', 'green']), 2],
    [mine.where('color', 'not in', ['red', 'green']), 3],
    [mine.where('color', 'in', []), 0],
    [mine.where('color', 'not in', []), 5],
    [mine.where({ color: 'blue', pinned: true }), 2],
    [mine.where('title', '~', 'AL'), 2],
    [mine.where('title', '!~', 'al'), 3],
    [mine.where('title', '^', 'al'), 2],
    [mine.where('title', '$', '3'), 1],
    [mine.where('remind', '=', null), 5],
    [mine.where('created', '<=', new Date(Date.now() + 60_000)), 5],
    [mine.where('owner.name', '=', 'Ann'), 5],
    [mine.where((is) => any(is('color', '=', 'red'), is('title', '^', 'beta'))), 3],
    [mine.where((is) => all(is('color', '=', 'blue'), is('pinned', '=', false))), 1],
  ] as const) {
    assert.equal(await query.count(), count);
    assert.equal((await query.list()).totalItems, count);
  }
});

test('a list is walked by pages, parts and one by one', async () => {
  const notes = ann.collection('notes');
  await notes.batch((batch) =>
    Array.from({ length: 25 }, (_, at) => batch.create({ owner: annId, title: `walk ${String(at).padStart(2, '0')}`, body: 'walk' })),
  );
  const walk = notes.where('body', '=', 'walk').orderBy('-title').select('title');
  const page = await walk.list({ page: 2, perPage: 10 });
  assert.deepEqual([page.page, page.perPage, page.totalItems, page.totalPages], [2, 10, 25, 3]);
  assert.deepEqual(page.items[0], { title: 'walk 14' });
  assert.equal((await walk.list({ skipTotal: true })).totalItems, -1);

  const first = await walk.part({ limit: 20 });
  assert.equal(first.items.length, 20);
  const second = await walk.part({ limit: 20, cursor: first.cursor });
  assert.deepEqual([second.items.length, second.cursor], [5, null]);

  for (const limit of [1, 5, 24, 25, 26]) {
    const titles = (await walk.all({ limit })).map((note) => note.title);
    assert.equal(titles.length, 25);
    assert.deepEqual(titles, [...new Set(titles)].sort().reverse());
  }
  assert.equal((await walk.first())?.title, 'walk 24');
  assert.equal(await notes.where('title', '=', 'nothing').first(), null);
});

test('expand and select shape the reply as their types say', async () => {
  const teams = ann.collection('teams');
  const team = await teams.create({ name: 'Shapes', slug: 'shapes', owner: annId });
  await assert.rejects(ann.collection('projects').create({ title: 'P', team: team.id }), { code: 'forbidden', status: 403 });
  await ann.collection('memberships').create({ user: annId, team: team.id, role: 'owner' });
  const project = await ann.collection('projects').create({ title: 'P', team: team.id });
  await ann.collection('tasks').create({ title: 'T', project: project.id, assignee: annId, tags: ['bug'] });
  const tasks = ann.collection('tasks');

  const expanded = await tasks.expand('project.team', 'assignee').first();
  assert.equal(expanded?.expand?.project?.expand?.team?.name, 'Shapes');
  assert.equal(expanded?.expand?.assignee?.name, 'Ann');
  assert.equal(expanded?.estimate, null);

  const selected = await tasks.expand('project.team').select('title', 'project.title', 'assignee.name').first();
  assert.deepEqual(
    { ...selected, expand: { ...selected?.expand, project: { ...selected?.expand?.project, expand: undefined } } },
    { title: 'T', expand: { project: { title: 'P', expand: undefined }, assignee: { name: 'Ann' } } },
  );
  assert.equal(selected?.expand?.project?.expand?.team?.slug, 'shapes');

  const whole = await tasks.expand('assignee').select('title').first();
  assert.equal(whole?.expand?.assignee?.email, 'ann@example.com');

  const back = await teams.expand('projects_via_team.tasks_via_project').select('name').get(team.id);
  assert.equal(back.expand?.projects_via_team?.[0]?.expand?.tasks_via_project?.[0]?.title, 'T');
});

test('a batch happens whole or not at all, and says which operation failed', async () => {
  const notes = ann.collection('notes');
  const failed = notes.batch((batch) => [
    batch.create({ owner: annId, title: 'in a batch' }),
    batch.create({ owner: annId, title: '' }),
  ]);
  await assert.rejects(failed, (error: unknown) => {
    assert.ok(isError(error, 'validation_failed'));
    assert.equal(error.operation, 1);
    assert.equal(error.fields['title']?.code, 'required');
    return true;
  });
  assert.equal(await notes.where('title', '=', 'in a batch').count(), 0);
  assert.deepEqual(await notes.batch(() => []), []);
});

test('an upsert creates, then changes', async () => {
  const notes = ann.collection('notes');
  const id = 'upsertedupserted';
  assert.equal((await notes.upsert({ id, owner: annId, title: 'new' })).title, 'new');
  assert.equal((await notes.upsert({ id, owner: annId, title: 'newer' })).title, 'newer');
  assert.equal(await notes.where('id', '=', id).count(), 1);
});

test('modifiers change what is stored', async () => {
  const tasks = ann.collection('tasks');
  const task = await tasks.first();
  assert.ok(task);
  const grown = await tasks.update(task.id, { 'estimate+': 3, 'tags+': 'docs' });
  assert.deepEqual([grown.estimate, grown.tags], [3, ['bug', 'docs']]);
  const shrunk = await tasks.update(task.id, { 'estimate-': 1, 'tags-': ['bug'] });
  assert.deepEqual([shrunk.estimate, shrunk.tags], [2, ['docs']]);
});

test('what is asked of many records is done to all of them', async () => {
  const notes = ann.collection('notes');
  await notes.batch((batch) => [1, 2, 3].map((at) => batch.create({ owner: annId, title: `bulk ${at}`, body: 'bulk' })));
  const bulk = notes.where('body', '=', 'bulk');
  assert.equal(await bulk.updateAll({ color: 'green' }, { dryRun: true }), 3);
  assert.equal(await bulk.where('color', '=', 'green').count(), 0);
  assert.equal(await bulk.updateAll({ color: 'green' }), 3);
  assert.equal(await bulk.where('title', '$', '1').deleteAll(), 1);
  assert.equal(await bulk.where('color', '=', 'green').count(), 2);
  await assert.rejects(notes.deleteAll(), /where\(\) first/);
  assert.equal(await ben.collection('notes').where('body', '=', 'bulk').deleteAll(), 0);
});

test('the rules hold, and their answers have codes', async () => {
  const note = await ann.collection('notes').create({ owner: annId, title: 'private' });
  assert.equal(await ben.collection('notes').count(), 0);
  await assert.rejects(ben.collection('notes').get(note.id), { code: 'not_found' });
  await assert.rejects(ben.collection('notes').create({ owner: annId, title: 'not mine' }), { code: 'forbidden' });
  const visitor = createClient(url);
  await assert.rejects(visitor.auth.reload(), { code: 'unauthorized', status: 401 });
  await assert.rejects(visitor.auth.signIn('ann@example.com', 'a wrong password'), { code: 'invalid_credentials' });
  await assert.rejects(visitor.collection('notes').where('titel', '=', 'x').list(), { code: 'invalid_filter', status: 400 });
  await assert.rejects(visitor.collection('nowhere').list(), { code: 'not_found' });
});

test('a session is kept, refreshed and ended', async () => {
  const client = createClient<Schema>(url);
  await client.auth.signIn('ann@example.com', 'a long password');
  // Each refresh token works once, so the second needs what the first gave.
  assert.equal(await client.auth.refresh(), true);
  assert.equal(await client.auth.refresh(), true);
  assert.equal((await client.auth.reload()).name, 'Ann');
  assert.equal((await client.auth.methods()).password.enabled, true);
  const { token } = client.auth;
  await client.auth.signOut();
  assert.equal(client.auth.user, null);
  const left = createClient<Schema>(url, { token: token ?? '' });
  await assert.rejects(left.collection('notes').list(), { code: 'invalid_token' });
});

test('an app that does not exist says so', async () => {
  const nowhere = createClient(url, { realm: 'nobody', app: 'nothing' });
  await assert.rejects(nowhere.collection('notes').list(), { code: 'not_found' });
});
