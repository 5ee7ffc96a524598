// Lists: pages and their edges, order, totals, and what is not seen.

import assert from 'node:assert/strict';
import { refusal, scenario } from '../scenario.mjs';

const titles = ({ items }) => items.map(({ title }) => title);

/** Somebody with `count` notes, titled so that they sort. */
async function writer(person, count) {
  const ada = await person();
  const batch = ada.createBatch();
  for (let at = 0; at < count; at += 1) {
    const title = `Note ${String(at).padStart(2, '0')}`;
    batch.collection('notes').create({ owner: ada.me, title, pinned: at % 2 === 0, color: at % 3 ? 'red' : 'blue' });
  }
  await batch.send();
  return ada;
}

scenario('an empty list', async ({ person }) => {
  const ada = await person();
  const empty = { page: 1, perPage: 30, totalItems: 0, totalPages: 0, items: [] };
  assert.deepEqual(await ada.collection('notes').getList(), empty);
  assert.deepEqual(await ada.collection('notes').getFullList(), []);
});

scenario('pages', async ({ person }) => {
  const ada = await writer(person, 25);
  const page = (number, size, options = {}) => ada.collection('notes').getList(number, size, { sort: 'title', ...options });
  const second = await page(2, 10);
  assert.deepEqual([second.page, second.perPage, second.totalItems, second.totalPages], [2, 10, 25, 3]);
  assert.deepEqual([titles(second).at(0), titles(second).at(-1)], ['Note 10', 'Note 19']);
  assert.equal((await page(3, 10)).items.length, 5);
  const beyond = await page(4, 10);
  assert.deepEqual([beyond.page, beyond.items, beyond.totalItems], [4, [], 25]);
  assert.equal((await page(1, 25)).totalPages, 1);
});

scenario('page and perPage outside their bounds', async ({ person }) => {
  const ada = await writer(person, 3);
  const list = (query) => ada.send('/api/collections/notes/records', { query }).then(
    ({ page, perPage }) => [page, perPage],
    (error) => error.status,
  );
  assert.deepEqual(await list({}), [1, 30]);
  assert.deepEqual(await list({ perPage: 1001 }), [1, 1000]);
  for (const below of [0, -1, -50]) {
    assert.deepEqual(await list({ page: below, perPage: below }), [1, 30]);
  }
  assert.equal(await list({ page: 'x' }), 400);
  assert.equal(await list({ perPage: 'x' }), 400);
});

scenario('the count of a list can be left out', async ({ person }) => {
  const ada = await writer(person, 5);
  const page = await ada.collection('notes').getList(1, 2, { skipTotal: true });
  assert.deepEqual([page.totalItems, page.totalPages, page.items.length], [-1, -1, 2]);
  const raw = await ada.send('/api/collections/notes/records', { query: { skipTotal: 1, perPage: 2 } });
  assert.equal(raw.totalItems, -1);
});

scenario('all records, in as many requests as it takes', async ({ person }) => {
  const ada = await writer(person, 25);
  const notes = ada.collection('notes');
  assert.equal((await notes.getFullList({ batch: 7 })).length, 25);
  assert.equal((await notes.getFullList(5, { sort: '-title' }))[0].title, 'Note 24');
  assert.equal((await notes.getFullList({ batch: 5000 })).length, 25);
  assert.equal((await notes.getFullList({ filter: 'pinned = true' })).length, 13);
});

scenario('the first of a filter', async ({ person }) => {
  const ada = await writer(person, 5);
  const notes = ada.collection('notes');
  const first = await notes.getFirstListItem('pinned = true', { sort: '-title' });
  assert.equal(first.title, 'Note 04');
  const error = await refusal(notes.getFirstListItem('title = "nothing"'));
  assert.equal(error.status, 404);
  assert.deepEqual(Object.keys(error.response).sort(), ['code', 'data', 'message']);
});

scenario('order', async ({ person }) => {
  const ada = await writer(person, 6);
  const sorted = async (sort) => titles(await ada.collection('notes').getList(1, 30, { sort })).map((title) => title.at(-1)).join('');
  assert.equal(await sorted('title'), '012345');
  assert.equal(await sorted('+title'), '012345');
  assert.equal(await sorted('-title'), '543210');
  assert.equal(await sorted('color,-title'), '305421');
  assert.equal(await sorted('-pinned,title'), '024135');
  assert.equal(await sorted(' -color , title '), '124503');
  assert.equal((await sorted('@random')).length, 6);
  assert.equal(await sorted('@rowid'), '012345');
  assert.equal(await sorted('-@rowid'), '543210');
  assert.equal(await sorted('owner.name,title'), '012345');
});

scenario('an order that there is not', async ({ person }) => {
  const ada = await person();
  for (const sort of ['titel', '-owner.nothing', 'title;drop table notes', 'title,,created']) {
    const error = await refusal(ada.collection('notes').getList(1, 1, { sort }));
    assert.equal(error.status, 400, sort);
  }
});

scenario('a list holds what its caller may see, and counts nothing else', async ({ person, anonymous }) => {
  const ada = await writer(person, 4);
  const bob = await person('Bob');
  assert.equal((await bob.collection('notes').getList()).totalItems, 0);
  assert.equal((await bob.collection('notes').getList(1, 5, { filter: `owner = "${ada.me}"` })).totalItems, 0);
  assert.deepEqual((await anonymous().collection('notes').getList()).items, []);
  const { id } = (await ada.collection('notes').getList(1, 1)).items[0];
  assert.equal((await refusal(bob.collection('notes').getOne(id))).status, 404);
  assert.equal((await refusal(anonymous().collection('notes').getOne(id))).status, 404);
});

scenario('an unknown query parameter', async ({ person, differs }) => {
  const ada = await person();
  const outcome = await ada.collection('notes').getList(1, 1, { query: { filtre: 'x' } }).then(() => 200, ({ status }) => status);
  assert.equal(outcome, differs('an unknown query parameter'));
});

scenario('a collection that there is not', async ({ person }) => {
  const ada = await person();
  for (const attempt of [(c) => c.getList(), (c) => c.getOne('abcdefghij00000'), (c) => c.create({}), (c) => c.delete('abcdefghij00000')]) {
    const error = await refusal(attempt(ada.collection('nothing')));
    assert.equal(error.status, 404);
  }
});

scenario('a collection goes by its id too', async ({ person }) => {
  const ada = await writer(person, 1);
  const { collectionId, id } = (await ada.collection('notes').getList()).items[0];
  assert.equal((await ada.collection(collectionId).getOne(id)).id, id);
});
