// The floor as the bench drives it: start, fill, and the bytes of each request.

import { Connection, request } from '../load.mjs';
import { Target } from '../target.mjs';

const file = (name) => new URL(name, import.meta.url).pathname;

export class FloorTarget extends Target {
  name = 'the floor';

  serverOptions() {
    const modules = ['worker.mjs', 'sql.mjs'].map((name) => ({ name, kind: 'esModule', file: file(name) }));
    return { modules, classes: ['FloorObject'] };
  }

  async signUp(count) {
    const connection = await Connection.open(this.server.port);
    this.owners = [];
    for (let index = 0; index < count; index += 1) {
      const { body } = await connection.send(request('POST', '/default/users', { json: { name: `Owner ${index}` } }));
      this.owners.push(JSON.parse(body).id);
    }
    connection.close();
  }

  batchRequest(documents) {
    return request('POST', '/default/batch', { json: { documents } });
  }

  idsOf(body) {
    return JSON.parse(body).map(({ id }) => id);
  }

  view = () => request('GET', `/default/notes/${this.ownId()}`);

  list = () => request('GET', `/default/notes?owner=${this.owners[0]}&perPage=30&skipTotal=1`);

  list_total = () => request('GET', `/default/notes?owner=${this.owners[0]}&perPage=30`);

  create = () => request('POST', '/default/notes', { json: this.document(this.owners[0]) });

  update = () => request('PATCH', `/default/notes/${this.ownId()}`, { json: this.change() });
}
