// The collections themselves, as an administrator reads them.

import assert from 'node:assert/strict';
import { refusal, scenario } from '../scenario.mjs';

const own = ['comments', 'memberships', 'notes', 'projects', 'tasks', 'teams', 'users'];
const names = (collections) => collections.map(({ name }) => name);

scenario('an administrator reads the collections', async ({ admin }) => {
  const { collections } = await admin();
  const all = await collections.getFullList({ filter: 'system = false', sort: 'name' });
  assert.deepEqual(names(all), own);
  const page = await collections.getList(2, 3, { filter: 'system = false', sort: '-name' });
  assert.deepEqual(names(page.items), ['notes', 'projects', 'memberships'].sort().reverse());
  assert.deepEqual([page.page, page.perPage, page.totalItems, page.totalPages], [2, 3, 7, 3]);
  assert.equal((await collections.getList(1, 1, { skipTotal: true })).totalItems, -1);
  assert.equal((await collections.getFirstListItem('type = "auth" && system = false')).name, 'users');
  assert.equal((await refusal(collections.getFirstListItem('name = "nothing"'))).status, 404);
  const slim = await collections.getList(1, 1, { filter: 'name = "tasks"', fields: 'name,type' });
  assert.deepEqual(slim.items, [{ name: 'tasks', type: 'base' }]);
});

scenario('a collection has its fields with their options', async ({ admin }) => {
  const { collections } = await admin();
  const tasks = await collections.getOne('tasks');
  assert.deepEqual(await collections.getOne(tasks.id), tasks);
  assert.deepEqual([tasks.name, tasks.type, tasks.system], ['tasks', 'base', false]);
  const field = (name, ...options) => {
    const found = tasks.fields.find((one) => one.name === name);
    assert.ok(found.id, name);
    return ['type', 'system', 'hidden', 'presentable', 'required', ...options].map((option) => found[option]);
  };
  assert.deepEqual(field('id').slice(0, 3), ['text', true, false]);
  assert.deepEqual(field('title', 'max'), ['text', false, false, false, true, 200]);
  assert.deepEqual(field('estimate', 'min', 'max', 'onlyInt'), ['number', false, false, false, false, 0, 1000, false]);
  assert.deepEqual(field('tags', 'maxSelect', 'values'), [
    'select', false, false, false, false, 3, ['bug', 'feature', 'design', 'docs', 'question'],
  ]);
  const [projects, users] = [await collections.getOne('projects'), await collections.getOne('users')];
  assert.deepEqual(field('project', 'collectionId', 'cascadeDelete', 'maxSelect'), [
    'relation', false, false, false, true, projects.id, true, 1,
  ]);
  assert.deepEqual(field('assignee', 'collectionId', 'cascadeDelete', 'maxSelect'), [
    'relation', false, false, false, false, users.id, false, 1,
  ]);
});

scenario('a collection of people marks what it has by itself', async ({ admin }) => {
  const users = await (await admin()).collections.getOne('users');
  assert.equal(users.type, 'auth');
  const marks = (name) => {
    const { system, hidden } = users.fields.find((one) => one.name === name);
    return [system, hidden];
  };
  for (const name of ['email', 'emailVisibility', 'verified']) assert.deepEqual(marks(name), [true, false], name);
  for (const name of ['password', 'tokenKey']) assert.deepEqual(marks(name), [true, true], name);
  assert.deepEqual(marks('name'), [false, false]);
});

scenario('a collection has its rules and indexes', async ({ admin }) => {
  const { collections } = await admin();
  const [users, teams] = [await collections.getOne('users'), await collections.getOne('teams')];
  assert.equal(users.deleteRule, null);
  for (const rule of ['listRule', 'viewRule', 'createRule', 'updateRule']) assert.match(users[rule], /\S/, rule);
  assert.ok(teams.indexes.some((index) => /^CREATE UNIQUE INDEX .* ON .?teams.? \(.?slug.?\)/.test(index)));
});

scenario('collections are for administrators alone', async ({ anonymous, person }) => {
  const ada = await person();
  for (const [pb, status] of [[anonymous(), 401], [ada, 403]]) {
    const { collections } = pb;
    const calls = [collections.getFullList(), collections.getOne('notes'), collections.getOne('nothing')];
    // All are waited for together: one that is refused early must find somebody waiting.
    const refusals = await Promise.all(calls.map(refusal));
    assert.deepEqual(refusals.map((one) => one.status), [status, status, status]);
  }
});

scenario('a collection that nobody declared', async ({ admin }) => {
  assert.equal((await refusal((await admin()).collections.getOne('nothing'))).status, 404);
});
