// The client itself: its store, its hooks, its cancellation, its addresses. What it
// does alone is tried with what the server gave it.

import assert from 'node:assert/strict';
import { refusal, scenario } from '../scenario.mjs';

scenario('the server is well', async ({ connect }) => {
  const health = await connect().health.check();
  assert.equal(health.code, 200);
  assert.equal(typeof health.message, 'string');
  assert.equal(typeof health.data, 'object');
});

scenario('a store tells of changes', async ({ person, connect }) => {
  const ada = await person();
  const pb = connect();
  const seen = [];
  const stop = pb.authStore.onChange((token, record) => seen.push([token !== '', record?.id]), true);
  pb.authStore.save(ada.authStore.token, ada.authStore.record);
  await pb.collection('users').authRefresh();
  pb.authStore.clear();
  stop();
  pb.authStore.save('x');
  assert.deepEqual(seen, [[false, undefined], [true, ada.me], [true, ada.me], [false, undefined]]);
});

scenario('a session travels in a cookie', async ({ person, connect, sdk }) => {
  const ada = await person();
  await ada.collection('notes').create({ owner: ada.me, title: 'x' });
  const cookie = ada.authStore.exportToCookie({ httpOnly: false });
  assert.ok(cookie.length < 4096);
  const pb = connect();
  pb.authStore.loadFromCookie(cookie);
  assert.equal(pb.authStore.model.id, ada.me);
  assert.equal((await pb.collection('notes').getList()).totalItems, 1);
  assert.ok(sdk.cookieParse(cookie).pb_auth.includes(ada.me));
  assert.match(sdk.cookieSerialize('a', 'b c'), /^a=b%20c/);
});

scenario('a session is kept in a store of one\'s own', async ({ person, sdk, url }) => {
  const ada = await person();
  const kept = [];
  const store = new sdk.AsyncAuthStore({ save: async (text) => kept.push(text), clear: async () => kept.push(null) });
  const pb = new sdk.default(url, store);
  pb.authStore.save(ada.authStore.token, ada.authStore.record);
  await pb.collection('users').authRefresh();
  pb.authStore.clear();
  await new Promise((done) => setTimeout(done, 20));
  assert.deepEqual(kept.map((text) => text && JSON.parse(text).record.id), [ada.me, ada.me, null]);
  const initial = JSON.stringify({ token: ada.authStore.token, record: ada.authStore.record });
  const loaded = new sdk.AsyncAuthStore({ save: async () => {}, initial });
  await new Promise((done) => setTimeout(done, 20));
  assert.equal(loaded.isValid, true);
});

scenario('stores with other keys do not meet', async ({ person, sdk }) => {
  const ada = await person();
  const one = new sdk.LocalAuthStore('one');
  const two = new sdk.LocalAuthStore('two');
  one.save(ada.authStore.token, ada.authStore.record);
  assert.deepEqual([one.isValid, two.isValid], [true, false]);
  assert.equal(one.model.id, ada.me);
  one.clear();
  assert.equal(one.record, null);
  assert.equal(one.token, '');
});

scenario('of two requests alike the first is given up', async ({ person }) => {
  const ada = await person();
  ada.autoCancellation(true);
  const notes = ada.collection('notes');
  const [first, second] = await Promise.allSettled([notes.getList(), notes.getList()]);
  assert.equal(first.status, 'rejected');
  assert.deepEqual([first.reason.isAbort, first.reason.status], [true, 0]);
  assert.equal(second.status, 'fulfilled');
  const kept = await Promise.all([notes.getList(1, 30, { requestKey: null }), notes.getList(1, 30, { requestKey: 'mine' })]);
  assert.equal(kept.length, 2);
  ada.autoCancellation(false);
  assert.equal((await Promise.all([notes.getList(), notes.getList()])).length, 2);
});

scenario('a request is given up by hand', async ({ person }) => {
  const ada = await person();
  ada.autoCancellation(true);
  const one = refusal(ada.collection('notes').getList(1, 30, { requestKey: 'one' }));
  ada.cancelRequest('one');
  assert.equal((await one).isAbort, true);
  const all = refusal(ada.collection('notes').getList());
  ada.cancelAllRequests();
  assert.equal((await all).isAbort, true);
  const controller = new AbortController();
  const signalled = refusal(ada.collection('notes').getList(1, 1, { signal: controller.signal, requestKey: null }));
  controller.abort();
  assert.equal((await signalled).isAbort, true);
  assert.equal((await ada.collection('notes').getList()).totalItems, 0);
});

scenario('a request is seen before it goes and a reply before it is given', async ({ person, connect }) => {
  const ada = await person();
  const pb = connect();
  pb.beforeSend = (url, options) => {
    options.headers = { ...options.headers, Authorization: ada.authStore.token };
    return { url: `${url}?perPage=7`, options };
  };
  pb.afterSend = (response, data) => ({ ...data, seen: response.status });
  const list = await pb.send('/api/collections/notes/records', { method: 'GET' });
  assert.deepEqual([list.perPage, list.seen], [7, 200]);
});

scenario('options of a request become its query', async ({ person, sdk }) => {
  const ada = await person();
  let asked;
  const spy = (url, options) => ((asked = new URL(url)), fetch(url, options));
  await ada.collection('notes').getList(2, 5, { filter: 'title = "a&b"', sort: '-title', fetch: spy });
  const { page, perPage, filter, sort } = Object.fromEntries(asked.searchParams);
  assert.deepEqual([page, perPage, filter, sort], ['2', '5', 'title = "a&b"', '-title']);
  const options = { fields: 'id', custom: 1 };
  sdk.normalizeUnknownQueryParams(options);
  assert.equal(sdk.serializeQueryParams(options.query), 'fields=id&custom=1');
});

scenario('addresses', async ({ connect, url }) => {
  const pb = connect();
  assert.equal(pb.buildURL('/api/health'), `${url}/api/health`);
  assert.equal(pb.buildUrl('api/health'), `${url}/api/health`);
  assert.equal(pb.baseUrl, url);
  assert.equal(pb.collection('notes').baseCrudPath, '/api/collections/notes/records');
  assert.equal(pb.collection('notes').baseCollectionPath, '/api/collections/notes');
  assert.equal(pb.collections.baseCrudPath, '/api/collections');
  const record = { id: 'abcdefghij00000', collectionId: 'c', collectionName: 'users' };
  assert.equal(pb.files.getURL(record, 'a b.png', { thumb: '100x100' }), `${url}/api/files/c/abcdefghij00000/a%20b.png?thumb=100x100`);
  assert.equal(pb.files.getUrl(record, 'a.png'), pb.getFileUrl(record, 'a.png'));
  assert.equal(pb.backups.getDownloadURL('t', 'k'), `${url}/api/backups/k?token=t`);
  assert.equal(pb.backups.getDownloadUrl('t', 'k'), `${url}/api/backups/k?token=t`);
  assert.equal(pb.realtime.isConnected, false);
});

scenario('records can be decoded into something else', async ({ person }) => {
  const ada = await person();
  const notes = ada.collection('notes');
  await notes.create({ owner: ada.me, title: 'x' });
  notes.decode = (data) => ({ wrapped: data.title });
  assert.deepEqual((await notes.getList()).items, [{ wrapped: 'x' }]);
  delete notes.decode;
  assert.equal(notes.decode({ a: 1 }).a, 1);
});

scenario('a store forgets with the program', async ({ person, sdk, url }) => {
  const ada = await person();
  const store = new sdk.BaseAuthStore();
  const pb = new sdk.default(url, store);
  store.save(ada.authStore.token, ada.authStore.record);
  assert.equal((await pb.collection('users').authRefresh()).record.id, ada.me);
  assert.deepEqual([store.token === '', store.record.id, store.model.id], [false, ada.me, ada.me]);
  store.clear();
  assert.equal(store.isValid, false);
});
