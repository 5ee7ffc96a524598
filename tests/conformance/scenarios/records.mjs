// One record: what a create, a view, an update and a delete give and take.

import assert from 'node:assert/strict';
import { fieldCodes, refusal, scenario } from '../scenario.mjs';

const DATE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z$/;
const note = (pb, more = {}) => ({ owner: pb.me, title: 'Milk', ...more });

scenario('a created record comes back whole', async ({ person, differs }) => {
  const ada = await person();
  const created = await ada.collection('notes').create(note(ada, { pinned: true, color: 'blue' }));
  assert.match(created.id, /^[a-z0-9]{15}$/);
  assert.match(created.created, DATE);
  assert.match(created.updated, DATE);
  assert.equal(created.collectionName, 'notes');
  assert.equal(typeof created.collectionId, 'string');
  const { owner, title, body, color, pinned, remind } = created;
  assert.deepEqual({ owner, title, body, color, pinned, remind }, {
    owner: ada.me, title: 'Milk', body: '', color: 'blue', pinned: true, remind: '',
  });
  const own = ['body', 'collectionId', 'collectionName', 'color', 'created', 'id', 'owner', 'pinned', 'remind', 'title', 'updated'];
  assert.deepEqual(Object.keys(created).sort(), [...own, ...differs('who made a record')].sort());
  assert.deepEqual(await ada.collection('notes').getOne(created.id), created);
});

scenario('what was not set has the zero value of its type', async ({ person, team, differs }) => {
  const ada = await person();
  const { project } = await team(ada);
  const task = await ada.collection('tasks').create({ title: 'Sign', project: project.id });
  const { status, due, tags, assignee, estimate } = task;
  assert.deepEqual({ status, due, tags, assignee }, { status: 'todo', due: '', tags: [], assignee: '' });
  assert.equal(estimate, differs('a number that may be absent'));
});

scenario('a record may bring its id', async ({ person, differs, unique }) => {
  const ada = await person();
  for (const id of differs('an id of one\'s own')) {
    const made = await ada.collection('notes').create(note(ada, { id }));
    assert.equal(await ada.collection('notes').delete(made.id), true);
    assert.equal(made.id, id);
  }
  const id = unique().padStart(15, 'x').slice(-15);
  assert.equal((await ada.collection('notes').create(note(ada, { id }))).id, id);
  const taken = await refusal(ada.collection('notes').create(note(ada, { id })));
  assert.equal(taken.status, 400);
  assert.deepEqual(Object.keys(taken.response.data), ['id']);
  for (const bad of ['with a space__', 'a/b/c/d/e/f/g/h', 'x'.repeat(65), 'count']) {
    const error = await refusal(ada.collection('notes').create(note(ada, { id: bad })));
    assert.deepEqual([error.status, Object.keys(error.response.data)], [400, ['id']], bad);
  }
});

scenario('an update changes what it names', async ({ person }) => {
  const ada = await person();
  const notes = ada.collection('notes');
  const created = await notes.create(note(ada, { body: 'two pints', color: 'red' }));
  const updated = await notes.update(created.id, { title: 'Bread', color: null });
  assert.deepEqual([updated.title, updated.body, updated.color], ['Bread', 'two pints', '']);
  assert.equal(updated.created, created.created);
  assert.ok(updated.updated >= created.updated);
  assert.deepEqual(await notes.update(created.id, {}).then(({ title }) => title), 'Bread');
});

scenario('system fields are not the client\'s to write', async ({ person, differs }) => {
  const ada = await person();
  const notes = ada.collection('notes');
  const past = '2001-01-01 00:00:00.000Z';
  const writing = notes.create(note(ada, { created: past, collectionName: 'teams' }));
  const outcome = await writing.then(
    (made) => [200, made.created === past, made.collectionName],
    (error) => [error.status, Object.keys(error.response.data)],
  );
  assert.deepEqual(outcome, differs('a field that cannot be written'));
});

scenario('a deleted record is gone', async ({ person }) => {
  const ada = await person();
  const { id } = await ada.collection('notes').create(note(ada));
  assert.equal(await ada.collection('notes').delete(id), true);
  assert.equal((await refusal(ada.collection('notes').getOne(id))).status, 404);
  assert.equal((await refusal(ada.collection('notes').delete(id))).status, 404);
  assert.equal((await refusal(ada.collection('notes').update(id, { title: 'x' }))).status, 404);
});

scenario('an empty id never reaches the server', async ({ person }) => {
  const ada = await person();
  const error = await refusal(ada.collection('notes').getOne(''));
  assert.deepEqual([error.status, error.response.code], [404, 404]);
});

scenario('modifiers change a value from what is stored', async ({ person, team }) => {
  const ada = await person();
  const { project } = await team(ada);
  const tasks = ada.collection('tasks');
  const { id } = await tasks.create({ title: 'Count', project: project.id, estimate: 3, tags: ['bug'] });
  assert.equal((await tasks.update(id, { 'estimate+': 2 })).estimate, 5);
  assert.equal((await tasks.update(id, { 'estimate-': 4 })).estimate, 1);
  assert.deepEqual((await tasks.update(id, { 'tags+': 'docs' })).tags, ['bug', 'docs']);
  assert.deepEqual((await tasks.update(id, { '+tags': ['design'] })).tags, ['design', 'bug', 'docs']);
  assert.deepEqual((await tasks.update(id, { 'tags-': ['bug', 'docs'] })).tags, ['design']);
  assert.deepEqual((await tasks.update(id, { 'tags+': 'design' })).tags, ['design']);
});

scenario('a form is as good as JSON', async ({ person, team }) => {
  const ada = await person();
  const { project } = await team(ada);
  const form = new FormData();
  form.append('title', 'From a form');
  form.append('project', project.id);
  form.append('estimate', '4.5');
  form.append('tags', 'bug');
  form.append('tags', 'docs');
  form.append('due', '2030-05-06');
  const task = await ada.collection('tasks').create(form);
  assert.deepEqual([task.title, task.estimate, task.tags], ['From a form', 4.5, ['bug', 'docs']]);
  assert.equal(task.due, '2030-05-06 00:00:00.000Z');
  const yes = new FormData();
  yes.append('public', 'true');
  assert.equal((await ada.collection('projects').update(project.id, yes)).public, true);
});

scenario('a form may carry JSON beside its fields', async ({ person }) => {
  const ada = await person();
  const form = new FormData();
  form.append('@jsonPayload', JSON.stringify(note(ada, { pinned: true })));
  form.append('color', 'green');
  const made = await ada.collection('notes').create(form);
  assert.deepEqual([made.title, made.pinned, made.color], ['Milk', true, 'green']);
});

scenario('dates are taken in the forms people write and given in one', async ({ person }) => {
  const ada = await person();
  const forms = {
    '2026-11-20': '2026-11-20 00:00:00.000Z',
    '2026-11-20 10:00:00': '2026-11-20 10:00:00.000Z',
    '2026-11-20 10:00:00.123Z': '2026-11-20 10:00:00.123Z',
    '2026-11-20T10:00:00.123Z': '2026-11-20 10:00:00.123Z',
    '2026-11-20T10:00:00+02:00': '2026-11-20 08:00:00.000Z',
    '': '',
  };
  for (const [sent, stored] of Object.entries(forms)) {
    assert.equal((await ada.collection('notes').create(note(ada, { remind: sent }))).remind, stored, sent);
  }
  const now = new Date('2026-01-02T03:04:05.678Z');
  const made = await ada.collection('notes').create(note(ada, { remind: now }));
  assert.equal(made.remind, '2026-01-02 03:04:05.678Z');
});

scenario('text that is no date is', async ({ person, differs }) => {
  const ada = await person();
  const outcome = await ada.collection('notes').create(note(ada, { remind: 'soon' })).then(
    ({ remind }) => [200, remind],
    (error) => [error.status, Object.keys(error.response.data)],
  );
  assert.deepEqual(outcome, differs('a value of the wrong type'));
});

scenario('a number sent as text in JSON', async ({ person, team, differs }) => {
  const ada = await person();
  const { project } = await team(ada);
  const outcome = await ada.collection('tasks').create({ title: 'x', project: project.id, estimate: '5' }).then(
    ({ estimate }) => [200, estimate],
    (error) => [error.status, Object.keys(error.response.data)],
  );
  assert.deepEqual(outcome, differs('a number sent as text'));
});

scenario('an unknown field', async ({ person, differs }) => {
  const ada = await person();
  const outcome = await ada.collection('notes').create(note(ada, { titel: 'typo' })).then(
    (made) => [200, 'titel' in made],
    (error) => [error.status, Object.keys(error.response.data)],
  );
  assert.deepEqual(outcome, differs('an unknown field'));
});

scenario('every field that is wrong is named', async ({ person, team, differs }) => {
  const ada = await person();
  const { project } = await team(ada);
  const error = await refusal(ada.collection('tasks').create({
    title: '', project: project.id, estimate: 1001, status: 'never', tags: ['bug', 'feature', 'design', 'docs'],
  }));
  assert.equal(error.status, 400);
  assert.deepEqual(Object.keys(error.response.data).sort(), ['estimate', 'status', 'tags', 'title']);
  assert.deepEqual(fieldCodes(error), differs('the codes of fields'));
  for (const { message } of Object.values(error.response.data)) assert.ok(message.length > 5);
});

scenario('text outside its bounds is refused', async ({ person }) => {
  const ada = await person();
  const bad = { name: 'x', slug: 'Not A Slug' };
  const error = await refusal(ada.collection('teams').create({ ...bad, owner: ada.me }));
  assert.deepEqual([error.status, Object.keys(error.response.data).sort()], [400, ['name', 'slug']]);
  const long = await refusal(ada.collection('notes').create(note(ada, { title: 'x'.repeat(201) })));
  assert.deepEqual([long.status, Object.keys(long.response.data)], [400, ['title']]);
  // Length counts characters, not bytes.
  assert.equal((await ada.collection('notes').create(note(ada, { title: 'ü'.repeat(200) }))).title.length, 200);
});

scenario('what must be unique is', async ({ person, unique }) => {
  const ada = await person();
  const slug = `only-${unique()}`;
  await ada.collection('teams').create({ name: 'First', slug, owner: ada.me });
  const error = await refusal(ada.collection('teams').create({ name: 'Second', slug, owner: ada.me }));
  assert.deepEqual([error.status, Object.keys(error.response.data)], [400, ['slug']]);
});

scenario('a pair that must be unique is', async ({ person, team }) => {
  const ada = await person();
  const bob = await person('Bob');
  const made = await team(ada, [bob, 'viewer']);
  const again = ada.collection('memberships').create({ user: bob.me, team: made.team.id, role: 'editor' });
  const error = await refusal(again);
  assert.deepEqual([error.status, Object.keys(error.response.data).sort()], [400, ['team', 'user']]);
});

scenario('a relation leads to a record that is there', async ({ admin, person }) => {
  const ada = await person();
  const boss = await admin();
  const error = await refusal(boss.collection('projects').create({ title: 'x', team: 'nosuchteam00000' }));
  assert.deepEqual([error.status, Object.keys(error.response.data)], [400, ['team']]);
  const { id } = await ada.collection('notes').create(note(ada));
  const wrong = await refusal(boss.collection('projects').create({ title: 'x', team: id }));
  assert.deepEqual(Object.keys(wrong.response.data), ['team']);
});

scenario('what belongs to a deleted record goes with it', async ({ person, team, admin }) => {
  const ada = await person();
  const { team: web, project } = await team(ada);
  const task = await ada.collection('tasks').create({ title: 'x', project: project.id, assignee: ada.me });
  await ada.collection('comments').create({ task: task.id, author: ada.me, body: 'Hm' });
  assert.equal(await ada.collection('projects').delete(project.id), true);
  const boss = await admin();
  assert.equal((await refusal(boss.collection('tasks').getOne(task.id))).status, 404);
  assert.equal((await boss.collection('comments').getList(1, 1, { filter: `task = "${task.id}"` })).totalItems, 0);
  assert.equal((await boss.collection('teams').getOne(web.id)).id, web.id);
});

scenario('what a required relation still names cannot be deleted', async ({ person, admin, differs }) => {
  const ada = await person();
  const boss = await admin();
  await ada.collection('teams').create({ name: 'Mine', slug: `mine-${ada.me}`, owner: ada.me });
  const error = await refusal(boss.collection('users').delete(ada.me));
  assert.equal(error.status, differs('a deletion that a reference restricts'));
  assert.equal((await boss.collection('users').getOne(ada.me)).id, ada.me);
});
