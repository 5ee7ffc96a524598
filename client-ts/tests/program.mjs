// One program for every runtime that the client is for: it uses each part of the
// client once against a fresh server, and tells what came out. Knows no runtime.

import { all, any, createClient, filter, isError, memoryStorage, not, RingfenceError } from 'ringfence';

/** What `run` gives wherever it runs. */
export const expected = {
  signedUp: 'Ann',
  kept: 'Ann',
  titles: ['a', 'b', 'c', 'd', 'e'],
  page: { items: ['c', 'd'], totalItems: 5, totalPages: 3 },
  first: 'e',
  conditions: [1, 2, 0],
  shape: { title: 'T', expand: { project: { title: 'P', expand: { team: { name: 'Team' } } } } },
  updated: { estimate: 2, tags: ['docs', 'bug'] },
  outdated: 'precondition_failed',
  upserted: ['new', 'newer'],
  once: true,
  wrong: { code: 'validation_failed', status: 400, operation: 1, fields: { title: 'required' } },
  gone: 'not_found',
  refreshes: 1,
  tries: 3,
  aborted: 'enough',
  late: 'timeout',
  unreachable: 'network',
  changes: ['Ann', null],
  signedOut: [null, 'forbidden'],
};

/** Uses the client against the server at `url`, by a `fetch` that reaches it. */
export async function run(url, fetch = (input, init) => globalThis.fetch(input, init)) {
  const out = {};
  // An asynchronous storage, such as a phone's.
  const values = new Map();
  const storage = {
    getItem: async (key) => values.get(key) ?? null,
    setItem: async (key, value) => void values.set(key, value),
    removeItem: async (key) => void values.delete(key),
  };
  let refreshes = 0;
  const counting = (input, init) => {
    if (String(input).endsWith('/refresh')) refreshes += 1;
    return fetch(input, init);
  };
  const client = createClient(url, { realm: 'default', app: 'default', storage, fetch: counting });
  const user = await client.auth.signUp({ email: 'ann@example.com', password: 'a long password', name: 'Ann' });
  out.signedUp = user.name;
  const again = createClient(url, { realm: 'default', app: 'default', storage, fetch });
  await again.auth.ready;
  out.kept = again.auth.user?.name;
  again.close();

  Object.assign(out, await reading(client, user), await relations(client, user), await writing(client, user));
  await Promise.all(Array.from({ length: 5 }, () => client.auth.refresh()));
  out.refreshes = refreshes;
  Object.assign(out, await failing(url, fetch));

  out.changes = [client.auth.user?.name];
  const stop = client.auth.onChange((person) => out.changes.push(person));
  await client.auth.signOut();
  stop();
  const refused = client.collection('notes').create({ owner: user.id, title: 'x' });
  out.signedOut = [client.auth.user, await refused.catch((error) => error.code)];
  return out;
}

async function reading(client, { id: owner }) {
  const notes = client.collection('notes');
  await notes.batch((batch) => ['e', 'd', 'c', 'b', 'a'].map((title) => batch.create({ owner, title, pinned: title > 'c' })));
  const titles = [];
  for await (const note of notes.orderBy('title').iterate({ limit: 2 })) titles.push(note.title);
  const { items, totalItems, totalPages } = await notes.orderBy('title').select('title').list({ page: 2, perPage: 2 });
  const conditions = [
    notes.where({ pinned: true }).where((is) => any(is('title', '=', 'd'), all(is('title', '=', 'a'), not(is('body', '=', null))))),
    notes.where('title', 'in', ['a', 'b', 'z']),
    notes.where(filter`title = ${'" || 1=1 || title = "'}`),
  ];
  return {
    titles,
    page: { items: items.map((note) => note.title), totalItems, totalPages },
    first: (await notes.orderBy('-title').first()).title,
    conditions: await Promise.all(conditions.map((query) => query.count())),
  };
}

async function relations(client, { id: user }) {
  const team = await client.collection('teams').create({ name: 'Team', slug: 'team', owner: user });
  await client.collection('memberships').create({ user, team: team.id, role: 'owner' });
  const project = await client.collection('projects').create({ title: 'P', team: team.id });
  const tasks = client.collection('tasks');
  const { id } = await tasks.create({ title: 'T', project: project.id, tags: ['bug'], estimate: 0 });
  const shape = await tasks.select('title', 'project.title', 'project.team.name').get(id);
  const { estimate, tags } = await tasks.update(id, { 'estimate+': 2, '+tags': 'docs' });
  return { shape, updated: { estimate, tags } };
}

async function writing(client, { id: owner }) {
  const notes = client.collection('notes');
  const id = 'chosenchosenabc';
  const created = await notes.upsert({ id, owner, title: 'new' });
  const upserted = [created.title, (await notes.upsert({ id, owner, title: 'newer' })).title];
  const outdated = await notes.update(id, { pinned: true }, { ifMatch: created }).catch((error) => error.code);
  await notes.delete(id);
  const gone = await notes.get(id).catch((error) => (isError(error, 'not_found') ? error.code : error));
  const key = { idempotencyKey: 'named by its caller' };
  const twice = [await notes.create({ owner, title: 'once' }, key), await notes.create({ owner, title: 'once' }, key)];
  const error = await client
    .batch((batch) => [
      batch.collection('notes').create({ owner, title: 'in vain' }),
      batch.collection('notes').create({ owner, title: '' }),
    ])
    .catch((caught) => caught);
  const { code, status, operation, fields } = error instanceof RingfenceError ? error : {};
  return {
    upserted,
    outdated,
    gone,
    once: twice[0].id === twice[1].id && (await notes.where('title', '=', 'in vain').count()) === 0,
    wrong: { code, status, operation, fields: Object.fromEntries(Object.entries(fields ?? {}).map(([name, one]) => [name, one.code])) },
  };
}

/** What happens on bad connections: by ways to the server that are late or cut. */
async function failing(url, fetch) {
  const reader = (way, options = {}) => createClient(url, { storage: memoryStorage(), fetch: way, retryDelayMs: 1, ...options });
  const hanging = (_, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  let tries = 0;
  const flaky = async (input, init) => {
    tries += 1;
    if (tries < 3) throw new TypeError('the connection was cut');
    return fetch(input, init);
  };
  await reader(flaky).collection('notes').count();
  const controller = new AbortController();
  const aborted = reader(hanging).collection('notes').list({ signal: controller.signal });
  controller.abort(new Error('enough'));
  return {
    tries,
    aborted: await aborted.catch((error) => error.message),
    late: await reader(hanging).collection('notes').list({ timeoutMs: 20 }).catch((error) => error.code),
    unreachable: await reader(async () => { throw new TypeError('no'); }, { retries: 0 }).collection('notes').list().catch((error) => error.code),
  };
}
