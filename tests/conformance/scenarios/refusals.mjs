// What is refused: with which status and in which shape.

import assert from 'node:assert/strict';
import { refusal, scenario } from '../scenario.mjs';

scenario('an error of the client', async ({ person, sdk, url }) => {
  const ada = await person();
  const error = await refusal(ada.collection('notes').create({ owner: ada.me }));
  assert.ok(error instanceof sdk.ClientResponseError);
  assert.ok(error instanceof Error);
  assert.equal(error.status, 400);
  assert.equal(error.isAbort, false);
  assert.equal(error.url, `${url}/api/collections/notes/records`);
  assert.equal(error.response.status, 400);
  assert.equal(typeof error.response.message, 'string');
  assert.equal(error.message, error.response.message);
  assert.deepEqual(error.data, error.response);
  assert.deepEqual(Object.keys(error.response.data), ['title']);
  const { code, message } = error.response.data.title;
  assert.ok(typeof code === 'string' && typeof message === 'string');
  assert.equal(error.toJSON().status, 400);
});

scenario('an error without fields has empty data', async ({ person }) => {
  const ada = await person();
  const error = await refusal(ada.collection('notes').getOne('abcdefghij00000'));
  assert.deepEqual([error.status, error.response.data, error.response.status], [404, {}, 404]);
});

scenario('a server that is not there', async ({ sdk }) => {
  const error = await refusal(new sdk.default('http://127.0.0.1:1').collection('notes').getList());
  assert.deepEqual([error.status, error.isAbort, error.response], [0, false, {}]);
});

scenario('a create that the rule refuses', async ({ person, anonymous, differs }) => {
  const ada = await person();
  const bob = await person('Bob');
  const attempt = (pb) => refusal(pb.collection('notes').create({ owner: ada.me, title: 'x' }));
  assert.equal((await attempt(bob)).status, differs('a create that a rule refuses'));
  assert.equal((await attempt(anonymous())).status, differs('a create that a rule refuses'));
  assert.deepEqual((await attempt(bob)).response.data, {});
  assert.equal((await ada.collection('notes').getList()).totalItems, 0);
});

scenario('an update of a record that is seen but not one\'s own', async ({ person, team, differs }) => {
  const ada = await person();
  const bob = await person('Bob');
  const { project } = await team(ada, [bob, 'viewer']);
  assert.equal((await bob.collection('projects').getOne(project.id)).id, project.id);
  const update = await refusal(bob.collection('projects').update(project.id, { title: 'Mine' }));
  assert.equal(update.status, differs('a write to a record that is seen'));
  const deletion = await refusal(bob.collection('projects').delete(project.id));
  assert.equal(deletion.status, differs('a write to a record that is seen'));
  assert.equal((await ada.collection('projects').getOne(project.id)).title, 'Shop');
});

scenario('a write to a record that is not seen', async ({ person }) => {
  const ada = await person();
  const eve = await person('Eve');
  const { id } = await ada.collection('notes').create({ owner: ada.me, title: 'Secret' });
  const errors = await Promise.all([
    refusal(eve.collection('notes').getOne(id)),
    refusal(eve.collection('notes').update(id, { title: 'x' })),
    refusal(eve.collection('notes').delete(id)),
  ]);
  assert.deepEqual(errors.map(({ status }) => status), [404, 404, 404]);
});

scenario('an update that the rule refuses for what it would make', async ({ person, differs }) => {
  const ada = await person();
  const bob = await person('Bob');
  const { id } = await ada.collection('notes').create({ owner: ada.me, title: 'Mine' });
  const handed = await refusal(ada.collection('notes').update(id, { owner: bob.me }));
  assert.equal(handed.status, differs('a write to a record that is seen'));
  assert.equal((await ada.collection('notes').getOne(id)).owner, ada.me);
});

scenario('a field that is not the caller\'s to change', async ({ person, differs }) => {
  const ada = await person();
  const error = await refusal(ada.collection('users').update(ada.me, { name: 'Countess', role: 'admin' }));
  assert.deepEqual([error.status, Object.keys(error.response.data)], differs('a field that has a rule'));
  const { name, role } = await ada.collection('users').getOne(ada.me);
  assert.deepEqual([name, role], ['Ada', 'member']);
});

scenario('an operation that has no rule is refused to everybody', async ({ person, differs }) => {
  const ada = await person();
  assert.equal((await refusal(ada.collection('users').delete(ada.me))).status, 403);
  const bob = await person('Bob');
  assert.equal((await refusal(ada.collection('users').delete(bob.me))).status, differs('no rule, and a record that is not seen'));
});

scenario('a body that is no JSON', async ({ person }) => {
  const ada = await person();
  for (const body of ['{"title":', '[]', '"text"', 'title=x']) {
    const headers = { 'content-type': 'application/json' };
    const error = await refusal(ada.send('/api/collections/notes/records', { method: 'POST', body, headers }));
    assert.equal(error.status, 400, body);
  }
});

scenario('a path that there is not', async ({ person }) => {
  const ada = await person();
  for (const path of ['/api/nothing', '/api/collections/notes/nothing', '/nothing/at/all']) {
    const error = await refusal(ada.send(path, { method: 'GET' }));
    assert.equal(error.status, 404, path);
  }
});

scenario('a method that does not work on a path', async ({ person, differs }) => {
  const ada = await person();
  const error = await refusal(ada.send('/api/collections/notes/records', { method: 'PUT', body: {} }));
  assert.equal(error.status, differs('a method that does not work on a path'));
});

scenario('a record that is larger than a body may be', async ({ person }) => {
  const ada = await person();
  const error = await refusal(ada.collection('notes').create({ owner: ada.me, title: 'x', body: 'x'.repeat(40_000_000) }));
  assert.ok([400, 413].includes(error.status), `${error.status}`);
});
