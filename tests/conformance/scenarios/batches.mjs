// Batches: several writes, all or none.

import assert from 'node:assert/strict';
import { refusal, scenario } from '../scenario.mjs';

scenario('a batch writes all', async ({ person }) => {
  const ada = await person();
  const kept = await ada.collection('notes').create({ owner: ada.me, title: 'Before' });
  const gone = await ada.collection('notes').create({ owner: ada.me, title: 'Gone' });
  const batch = ada.createBatch();
  batch.collection('notes').create({ owner: ada.me, title: 'New' });
  batch.collection('notes').update(kept.id, { title: 'After' });
  batch.collection('notes').delete(gone.id);
  const results = await batch.send();
  assert.deepEqual(results.map(({ status }) => status), [200, 200, 204]);
  assert.deepEqual([results[0].body.title, results[1].body.title, results[2].body], ['New', 'After', null]);
  const left = await ada.collection('notes').getFullList({ sort: 'title' });
  assert.deepEqual(left.map(({ title }) => title), ['After', 'New']);
});

scenario('a batch that fails writes nothing and says which part failed', async ({ person }) => {
  const ada = await person();
  const batch = ada.createBatch();
  batch.collection('notes').create({ owner: ada.me, title: 'Fine' });
  batch.collection('notes').create({ owner: ada.me, title: '' });
  const error = await refusal(batch.send());
  assert.equal(error.status, 400);
  assert.deepEqual(Object.keys(error.response.data), ['requests']);
  assert.deepEqual(Object.keys(error.response.data.requests), ['1']);
  const part = error.response.data.requests['1'];
  assert.ok(part.code && part.message);
  assert.equal(part.response.status, 400);
  assert.deepEqual(Object.keys(part.response.data), ['title']);
  assert.equal((await ada.collection('notes').getList()).totalItems, 0);
});

scenario('a batch obeys the rules', async ({ person }) => {
  const ada = await person();
  const eve = await person('Eve');
  const { id } = await ada.collection('notes').create({ owner: ada.me, title: 'Mine' });
  const batch = eve.createBatch();
  batch.collection('notes').create({ owner: eve.me, title: 'Hers' });
  batch.collection('notes').update(id, { title: 'Taken' });
  const error = await refusal(batch.send());
  assert.equal(error.status, 400);
  assert.equal(error.response.data.requests['1'].response.status, 404);
  assert.equal((await eve.collection('notes').getList()).totalItems, 0);
  assert.equal((await ada.collection('notes').getOne(id)).title, 'Mine');
});

scenario('an upsert creates, then updates', async ({ person }) => {
  const ada = await person();
  const id = 'upsert' + ada.me.slice(0, 9);
  const upsert = async (title) => {
    const batch = ada.createBatch();
    batch.collection('notes').upsert({ id, owner: ada.me, title });
    return (await batch.send())[0];
  };
  assert.equal((await upsert('First')).body.title, 'First');
  assert.equal((await upsert('Second')).body.title, 'Second');
  const all = await ada.collection('notes').getFullList();
  assert.deepEqual(all.map(({ title }) => title), ['Second']);
});

scenario('a later part of a batch sees an earlier one', async ({ person }) => {
  const ada = await person();
  const id = 'within' + ada.me.slice(0, 9);
  const batch = ada.createBatch();
  batch.collection('notes').create({ id, owner: ada.me, title: 'First' });
  batch.collection('notes').update(id, { title: 'Second' });
  const results = await batch.send();
  assert.equal(results[1].body.title, 'Second');
});

scenario('a part of a batch expands and picks fields', async ({ person, team }) => {
  const ada = await person();
  const { project } = await team(ada);
  const batch = ada.createBatch();
  batch.collection('tasks').create({ title: 'One', project: project.id }, { expand: 'project', fields: 'title,expand.project.title' });
  const [{ body }] = await batch.send();
  assert.deepEqual(body, { title: 'One', expand: { project: { title: 'Shop' } } });
});

scenario('a batch of nothing', async ({ person }) => {
  const ada = await person();
  assert.equal((await refusal(ada.createBatch().send())).status, 400);
});

scenario('a batch may be plain JSON', async ({ person }) => {
  const ada = await person();
  const requests = [{ method: 'POST', url: '/api/collections/notes/records', body: { owner: ada.me, title: 'Plain' } }];
  const results = await ada.send('/api/batch', { method: 'POST', body: { requests } });
  assert.equal(results[0].body.title, 'Plain');
});

scenario('a batch takes writes of records alone', async ({ person }) => {
  const ada = await person();
  for (const request of [
    { method: 'GET', url: '/api/collections/notes/records' },
    { method: 'POST', url: '/api/collections/users/auth-refresh' },
    { method: 'POST', url: '/api/batch', body: { requests: [] } },
  ]) {
    const error = await refusal(ada.send('/api/batch', { method: 'POST', body: { requests: [request] } }));
    assert.equal(error.status, 400, request.url);
  }
});
