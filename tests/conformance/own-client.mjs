// Our client in the official one's clothes: the scenarios that both can play call
// `getList`, and our `list` is what runs. It adds nothing of its own.

import { fileToken, fileUrl } from '../../client-ts/src/files.ts';
import { createClient, memoryStorage, rawFilter, RingfenceError } from '../../client-ts/src/index.ts';

/** Stands in for the official client's class. */
export class OwnClient {
  constructor(url) {
    this.url = url;
    this.client = createClient(url, { storage: memoryStorage(), retries: 0 });
    const { auth } = this.client;
    this.authStore = {
      get record() { return auth.user; },
      get token() { return auth.token ?? ''; },
      get isValid() { return auth.user !== null; },
    };
    this.files = {
      getToken: () => translated(fileToken(this.client)),
      getURL: (record, name, options) => fileUrl(this.client, record, name, options),
    };
  }

  autoCancellation() {
    return this;
  }

  collection(name) {
    const { auth } = this.client;
    const records = this.client.collection(name);
    const list = (page, perPage, options = {}) =>
      translated(query(records, options).list({ page, perPage, skipTotal: options.skipTotal }));
    return {
      create: async (values, options) => {
        const made = await translated(records.create(values));
        return options ? this.collection(name).getOne(made.id, options) : made;
      },
      update: async (id, values, options) => {
        const changed = await translated(records.update(id, values));
        return options ? this.collection(name).getOne(id, options) : changed;
      },
      delete: (id) => translated(records.delete(id)).then(() => true),
      getOne: (id, options = {}) => translated(query(records, { ...options, filter: undefined }).get(id)),
      getList: list,
      getFullList: (options = {}) => {
        const found = query(records, options);
        // A cursor goes by fields of the record itself; other orders go by pages.
        if (/[@.]/.test(options.sort ?? '')) return list(1, 1000, options).then(({ items }) => items);
        return translated(found.all({ limit: options.batch }));
      },
      getFirstListItem: (filter, options = {}) => translated(first(query(records, { ...options, filter }))),
      authWithPassword: (email, password) =>
        translated(name === '_superusers' ? this.#signInAsAdmin(email, password) : auth.signIn(email, password)),
    };
  }

  // Administrators have no session in our client, but a token.
  async #signInAsAdmin(identity, password) {
    const path = '/collections/_superusers/auth-with-password';
    const { body } = await this.client.send('POST', path, { body: { identity, password }, withToken: false });
    this.client = createClient(this.url, { token: body.token, storage: memoryStorage(), retries: 0 });
  }

  createBatch() {
    const operations = [];
    const collection = (name) => ({
      create: (values) => operations.push((all) => all.collection(name).create(values)),
      update: (id, values) => operations.push((all) => all.collection(name).update(id, values)),
      upsert: (values) => operations.push((all) => all.collection(name).upsert(values)),
      delete: (id) => operations.push((all) => all.collection(name).delete(id)),
    });
    const send = () => translated(this.client.batch((all) => operations.map((operation) => operation(all))));
    return { collection, send: async () => (await send()).map((body) => ({ status: body ? 200 : 204, body })) };
  }
}

function query(records, { filter, sort, expand, fields }) {
  let found = records;
  if (filter) found = found.where(rawFilter(filter));
  if (sort) found = found.orderBy(...names(sort));
  if (expand) found = found.expand(...names(expand));
  if (fields) found = found.select(...names(fields).map((field) => field.replaceAll('expand.', '')));
  return found;
}

const names = (list) => list.split(',').map((name) => name.trim());

async function first(found) {
  const record = await found.first();
  if (!record) throw new RingfenceError('There is none.', { code: 'not_found', status: 404 });
  return record;
}

/** The official client's error in place of ours. */
function translated(promise) {
  return promise.catch((error) => {
    if (!(error instanceof RingfenceError)) throw error;
    const { status, code, message, fields } = error;
    throw Object.assign(new Error(message), {
      name: 'ClientResponseError', status, isAbort: false, response: { status, code, message, data: fields },
    });
  });
}
