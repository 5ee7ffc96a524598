// Our bundle as the bench drives it: start, fill through the public API, and the
// bytes of each request. Every measured request carries a signed-in user's token
// and is decided by the rules of the collection.

import { Connection, request } from './load.mjs';
import { Target } from './target.mjs';

const RECORDS = '/api/collections/notes/records';
const LIST = `${RECORDS}?sort=-created&perPage=30`;
const PASSWORD = 'a password for the bench';
const vars = {
  RINGFENCE_SECRET: 'a secret for the bench alone, longer than it must be',
  MASTER_ADMIN_EMAIL: 'admin@example.com',
  MASTER_ADMIN_PASSWORD: PASSWORD,
};

export class OursTarget extends Target {
  name = 'ours';

  serverOptions() {
    return { vars };
  }

  async signUp(count) {
    const connection = await Connection.open(this.server.port);
    const post = async (path, json, token) => {
      const { body } = await connection.send(request('POST', path, { json, token }));
      return JSON.parse(body);
    };
    const signIn = (collection, identity) =>
      post(`/api/collections/${collection}/auth-with-password`, { identity, password: PASSWORD });
    this.owners = [];
    for (let index = 0; index < count; index += 1) {
      const person = { name: `Owner ${index}`, email: emailOf(index), password: PASSWORD, passwordConfirm: PASSWORD };
      this.owners.push((await post('/api/collections/users/records', person)).id);
    }
    this.adminToken = (await signIn('_superusers', vars.MASTER_ADMIN_EMAIL)).token;
    this.token = (await signIn('users', emailOf(0))).token;
    connection.close();
  }

  batchRequest(documents, token) {
    const requests = documents.map((body) => ({ method: 'POST', url: RECORDS, body }));
    return request('POST', '/api/batch', { token, json: { requests } });
  }

  idsOf(body) {
    return JSON.parse(body).map(({ body: record }) => record.id);
  }

  view = () => request('GET', `${RECORDS}/${this.ownId()}`, this);

  list = () => request('GET', `${LIST}&skipTotal=1`, this);

  list_total = () => request('GET', LIST, this);

  create = () => request('POST', RECORDS, { token: this.token, json: this.document(this.owners[0]) });

  update = () => request('PATCH', `${RECORDS}/${this.ownId()}`, { token: this.token, json: this.change() });

  login = () =>
    request('POST', '/api/collections/users/auth-with-password', {
      json: { identity: emailOf(0), password: PASSWORD },
    });
}

const emailOf = (index) => `owner${index}@example.com`;
