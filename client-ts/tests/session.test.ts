// One refresh for all who wait, in one tab and in several.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createClient, memoryStorage, type SessionStorage } from 'ringfence';
import { failure, startDouble, type Seen } from './double.js';

/** A server with one user whose access tokens go stale when the test says so. */
async function startUsers(beforeReading: () => Promise<void> = async () => undefined) {
  // As the real ones, never the same twice.
  const prefix = crypto.randomUUID();
  let number = 0;
  let isDown = false;
  const issue = ({ identity: id } = { identity: 'a@b.c' }) => {
    number += 1;
    return { token: `t${number}`, refreshToken: `${prefix}-${number}`, expiresIn: 900, record: { id, name: `after ${number}` } };
  };
  const stale = new Set<string>();
  const server = await startDouble(async ({ path, body, headers }: Seen) => {
    if (path.endsWith('/login')) return { json: issue(JSON.parse(body) as { identity: string }) };
    if (path.endsWith('/logout')) return { status: 204 };
    if (path.endsWith('/me')) {
      await beforeReading();
      return { json: { id: 'a@b.c', name: 'read' } };
    }
    if (path.endsWith('/refresh')) {
      if (isDown) return { drop: true };
      const { refreshToken } = JSON.parse(body) as { refreshToken: string };
      return refreshToken === `${prefix}-${number}` ? { json: issue() } : failure(401, 'invalid_token');
    }
    const token = headers.authorization?.replace('Bearer ', '') ?? '';
    if (token && (token !== `t${number}` || stale.has(token))) return failure(401, 'invalid_token');
    return { json: { totalItems: token ? 1 : 0 } };
  });
  return {
    ...server,
    expire: () => stale.add(`t${number}`),
    revoke: () => (number += 1),
    goDown: (down: boolean) => (isDown = down),
    refreshes: () => server.seen.filter((one) => one.path.endsWith('/refresh')).length,
  };
}

test('however many calls wait, the token is refreshed once', async () => {
  const server = await startUsers();
  const client = createClient(server.url);
  await client.auth.signIn('a@b.c', 'x');
  server.expire();
  const counts = await Promise.all(Array.from({ length: 20 }, () => client.collection('posts').count()));
  assert.deepEqual(counts, Array.from({ length: 20 }, () => 1));
  assert.equal(server.refreshes(), 1);
});

test('a token that is about to expire is refreshed before it is sent', async () => {
  const server = await startUsers();
  const storage = memoryStorage();
  const client = createClient(server.url, { storage });
  await client.auth.signIn('a@b.c', 'x');
  const key = `ringfence:${client.base}:users`;
  const stored = JSON.parse(String(await storage.getItem(key))) as object;
  await storage.setItem(key, JSON.stringify({ ...stored, expiresAt: Date.now() + 1000 }));
  const later = createClient(server.url, { storage });
  await Promise.all([later.collection('posts').count(), later.collection('posts').count()]);
  assert.equal(server.refreshes(), 1);
  assert.ok(server.seen.every((one) => one.headers.authorization !== 'Bearer t1'));
  client.close();
  later.close();
});

test('tabs that share a storage share the refresh, and who is signed in', async () => {
  const server = await startUsers();
  const storage = memoryStorage();
  const tabs = [1, 2, 3].map(() => createClient(server.url, { storage }));
  const [first, second, third] = tabs;
  assert.ok(first && second && third);
  const told = [second, third].map(
    (tab) => new Promise<string>((done) => tab.auth.onChange((user) => done(String(user?.['name'])))),
  );
  await first.auth.signIn('a@b.c', 'x');
  assert.deepEqual(await Promise.all(told), ['after 1', 'after 1']);
  server.expire();
  const counts = await Promise.all(tabs.map((tab) => tab.collection('posts').count()));
  assert.deepEqual(counts, [1, 1, 1]);
  assert.equal(server.refreshes(), 1);
  const gone = new Promise<unknown>((done) => second.auth.onChange((user) => user ?? done(user)));
  await first.auth.signOut();
  assert.equal(await gone, null);
  for (const tab of tabs) tab.close();
});

test('clients whose storages are not one do not meet, whoever signs in or out', async () => {
  const server = await startUsers();
  const [ann, ben] = [1, 2].map(() => createClient(server.url, { storage: memoryStorage() }));
  assert.ok(ann && ben);
  await ann.auth.signIn('ann@b.c', 'x');
  await new Promise((done) => setTimeout(done, 100));
  assert.equal(ben.auth.user, null);
  await ben.auth.signIn('ben@b.c', 'x');
  await new Promise((done) => setTimeout(done, 100));
  assert.deepEqual([ann.auth.token, ben.auth.token], ['t1', 't2']);
  await ben.auth.signOut();
  await new Promise((done) => setTimeout(done, 100));
  assert.equal(ann.auth.token, 't1');
  ann.close();
  ben.close();
});

/** Two storages of which one has what the other wrote only later, as between processes of a browser. */
function laggingStorages(): SessionStorage[] {
  const tabStorage = (): { own: SessionStorage; arrive: (key: string, value: string) => void } => {
    const seen = new Map<string, string>();
    return {
      own: {
        getItem: (key) => seen.get(key) ?? null,
        setItem: (key, value) => {
          seen.set(key, value);
          setTimeout(() => others.forEach((other) => other.arrive(key, value)), 100);
        },
        removeItem: (key) => void seen.delete(key),
      },
      arrive: (key, value) => void seen.set(key, value),
    };
  };
  const others = [tabStorage(), tabStorage()];
  return others.map(({ own }) => own);
}

test('a tab whose storage lags behind the lock waits for what the other wrote', async () => {
  const server = await startUsers();
  const [first, second] = laggingStorages().map((storage) => createClient(server.url, { storage }));
  assert.ok(first && second);
  await first.auth.signIn('a@b.c', 'x');
  while (!second.auth.user) await new Promise((done) => setTimeout(done, 20));
  server.expire();
  const counts = await Promise.all([first, second].map((tab) => tab.collection('posts').count()));
  assert.deepEqual(counts, [1, 1]);
  assert.equal(server.refreshes(), 1);
  first.close();
  second.close();
});

test('reading the own record again brings back no token that another tab has spent', async () => {
  let release: (() => void) | undefined;
  const server = await startUsers(() => new Promise((done) => (release = done)));
  const [first, second] = laggingStorages().map((storage) => createClient(server.url, { storage }));
  assert.ok(first && second);
  await first.auth.signIn('a@b.c', 'x');
  while (!second.auth.user) await new Promise((done) => setTimeout(done, 20));
  const reloaded = second.auth.reload();
  while (!release) await new Promise((done) => setTimeout(done, 5));
  await first.auth.refresh();
  release();
  await reloaded;
  await new Promise((done) => setTimeout(done, 600));
  assert.deepEqual([first, second].map((tab) => [tab.auth.token, tab.auth.user?.['name']]), [['t2', 'read'], ['t2', 'read']]);
  first.close();
  second.close();
});

test('reading the own record again spends no token', async () => {
  const server = await startUsers();
  const client = createClient(server.url, { storage: memoryStorage() });
  await client.auth.signIn('a@b.c', 'x');
  const spent = async () => (await navigator.locks.query()).held?.filter(({ name }) => name?.startsWith('ringfence:spent:')) ?? [];
  const before = await spent();
  await client.auth.reload();
  assert.equal(client.auth.user?.['name'], 'read');
  assert.deepEqual(await spent(), before);
  client.close();
});

test('a record that comes after somebody else signed in is not theirs', async () => {
  let release: (() => void) | undefined;
  const server = await startUsers(() => new Promise((done) => (release = done)));
  const client = createClient(server.url);
  await client.auth.signIn('a@b.c', 'x');
  const reloaded = client.auth.reload();
  while (!release) await new Promise((done) => setTimeout(done, 5));
  await client.auth.signIn('other@b.c', 'x');
  release();
  assert.equal((await reloaded)['name'], 'read');
  assert.equal(client.auth.user?.['name'], 'after 2');
});

/** An asynchronous storage, such as a phone's, where there are no locks either. */
function phone(t: TestContext) {
  const { navigator } = globalThis;
  Object.defineProperty(globalThis, 'navigator', { value: undefined, configurable: true });
  t.after(() => Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true }));
  const values = new Map<string, string>();
  const whileAt: { read?: (() => Promise<unknown>) | undefined; write?: (() => Promise<unknown>) | undefined } = {};
  const storage: SessionStorage = {
    getItem: async (key) => {
      const text = values.get(key) ?? null;
      const { read } = whileAt;
      whileAt.read = undefined;
      await read?.();
      return text;
    },
    setItem: async (key, value) => {
      const { write } = whileAt;
      whileAt.write = undefined;
      await write?.();
      values.set(key, value);
    },
    removeItem: async (key) => void values.delete(key),
  };
  return { storage, values, whileAt };
}

test('who signs out while a refresh reads the storage stays signed out', async (t) => {
  const server = await startUsers();
  const { storage, values, whileAt } = phone(t);
  const client = createClient(server.url, { storage });
  await client.auth.signIn('a@b.c', 'x');
  whileAt.read = () => client.auth.signOut();
  assert.equal(await client.auth.refresh(), false);
  assert.deepEqual([client.auth.user, values.size, server.refreshes()], [null, 0, 0]);
  client.close();
});

test('who signs in is not replaced by who was there before, however slow the storage', async (t) => {
  const server = await startUsers();
  const { storage, values, whileAt } = phone(t);
  const client = createClient(server.url, { storage });
  await client.auth.signIn('a@b.c', 'x');
  let reloaded: Promise<unknown> | undefined;
  whileAt.write = async () => {
    reloaded = client.auth.reload();
    await new Promise((done) => setTimeout(done, 100));
  };
  await client.auth.signIn('other@b.c', 'x');
  await reloaded;
  const kept = JSON.parse([...values.values()].join()) as { record: { id: string } };
  assert.deepEqual([client.auth.user?.id, kept.record.id], ['other@b.c', 'other@b.c']);
  client.close();
});

test('tabs refresh once though both access tokens are the same text', async () => {
  let refreshes = 0;
  const prefix = crypto.randomUUID();
  const session = () => ({ token: 'same', refreshToken: `${prefix}-${refreshes}`, expiresIn: 10, record: { id: 'u' } });
  const { url } = await startDouble(({ path }) => {
    if (path.endsWith('/refresh')) refreshes += 1;
    return { json: path.includes('/auth/') ? { ...session(), expiresIn: refreshes ? 900 : 10 } : { totalItems: 1 } };
  });
  const storage = memoryStorage();
  const tabs = [1, 2].map(() => createClient(url, { storage }));
  await tabs[0]?.auth.signIn('a@b.c', 'x');
  while (!tabs[1]?.auth.user) await new Promise((done) => setTimeout(done, 5));
  await Promise.all(tabs.map((tab) => tab.collection('posts').count()));
  assert.equal(refreshes, 1);
  for (const tab of tabs) tab.close();
});

test('a session that is over signs out and says so', async () => {
  const server = await startUsers();
  const client = createClient(server.url);
  await client.auth.signIn('a@b.c', 'x');
  const users: unknown[] = [];
  client.auth.onChange((user) => users.push(user));
  server.revoke();
  await assert.rejects(client.collection('posts').count(), { code: 'invalid_token' });
  assert.equal(client.auth.user, null);
  assert.deepEqual(users, [null]);
  assert.equal(await client.collection('posts').count(), 0);
});

test('a refresh that fails in passing keeps the session', async () => {
  const server = await startUsers();
  const client = createClient(server.url, { retries: 0 });
  await client.auth.signIn('a@b.c', 'x');
  server.expire();
  server.goDown(true);
  await assert.rejects(client.collection('posts').count(), { code: 'network' });
  assert.notEqual(client.auth.user, null);
  server.goDown(false);
  assert.equal(await client.collection('posts').count(), 1);
});

test('who signs out while the token is refreshed stays signed out', async () => {
  let answer: (() => void) | undefined;
  const { url } = await startDouble(async ({ path }) => {
    const session = { token: 't', refreshToken: 'r', expiresIn: 900, record: { id: 'u' } };
    if (path.endsWith('/login')) return { json: session };
    if (!path.endsWith('/refresh')) return { status: 204 };
    await new Promise<void>((done) => (answer = done));
    return { json: { ...session, token: 't2', refreshToken: 'r2' } };
  });
  const client = createClient(url);
  await client.auth.signIn('a@b.c', 'x');
  const refreshed = client.auth.refresh();
  while (!answer) await new Promise((done) => setTimeout(done, 5));
  await client.auth.signOut();
  answer();
  assert.equal(await refreshed, false);
  assert.equal(client.auth.user, null);
});

test('aborting one call leaves the refresh to the others', async () => {
  const server = await startUsers();
  const client = createClient(server.url);
  await client.auth.signIn('a@b.c', 'x');
  server.expire();
  const controller = new AbortController();
  const aborted = client.collection('posts').count({ signal: controller.signal });
  const other = client.collection('posts').count();
  controller.abort(new Error('not any more'));
  await assert.rejects(aborted, /not any more/);
  assert.equal(await other, 1);
});

test('a storage may be asynchronous, broken or empty', async () => {
  const server = await startUsers();
  const values = new Map<string, string>();
  const slow: SessionStorage = {
    getItem: async (key) => values.get(key) ?? null,
    setItem: async (key, value) => void values.set(key, value),
    removeItem: async (key) => void values.delete(key),
  };
  const client = createClient(server.url, { storage: slow });
  await client.auth.signIn('a@b.c', 'x');
  const later = createClient(server.url, { storage: slow });
  assert.equal(later.auth.user, null);
  await later.auth.ready;
  assert.equal(later.auth.user?.['name'], 'after 1');
  assert.equal(await later.collection('posts').count(), 1);
  for (const text of ['not json', '{}', 'null', '{"token":7}']) {
    values.set(`ringfence:${client.base}:users`, text);
    const broken = createClient(server.url, { storage: slow });
    await broken.auth.ready;
    assert.equal(broken.auth.user, null);
    broken.close();
  }
  client.close();
  later.close();
});

test('signing in does not send the token of the session before', async () => {
  const server = await startUsers();
  const client = createClient(server.url);
  await client.auth.signIn('a@b.c', 'x');
  await client.auth.signIn('a@b.c', 'x');
  assert.ok(server.seen.every((one) => one.headers.authorization === undefined));
});
