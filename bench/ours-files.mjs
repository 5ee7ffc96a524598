// Our files as the bench drives them: with the record in a form where a form takes
// them, else announced, sent and named by a record. Whoever does it is signed in, and
// the rules of comments and of what they hang on decide about every request.

import { startWithBucketApart } from '../scripts/bucket-apart/start.mjs';
import { Connection, head, request } from './load.mjs';
import { OursTarget } from './ours.mjs';

const records = (collection) => `/api/collections/${collection}/records`;
const FORM_BYTES = 8 * 1024 * 1024;
const BOUNDARY = 'the-boundary-of-the-bench';

export class OursFiles extends OursTarget {
  launch = startWithBucketApart;

  /** Somebody with a team, and a task of it that only the team sees. */
  async prepare() {
    await this.signUp(1);
    const connection = await Connection.open(this.server.port);
    const create = async (collection, json) => {
      const { id } = await this.#post(connection, records(collection), json);
      return id;
    };
    const [author] = this.owners;
    const team = await create('teams', { name: 'Web', slug: 'web', owner: author });
    await create('memberships', { user: author, team, role: 'owner' });
    const project = await create('projects', { title: 'Shop', team });
    this.comment = { author, task: await create('tasks', { title: 'Film', project }), body: 'Look' };
    connection.close();
  }

  /** Gives what `download` and `remove` want. */
  async upload(connection, { pieces, size }) {
    if (size <= FORM_BYTES) return this.#sendForm(connection, pieces, size);
    const { comment } = this;
    const announced = { collection: 'comments', field: 'attachments', name: 'film.bin', size };
    const { id } = await this.#post(connection, '/api/files/uploads', announced);
    await connection.send(head('PUT', `/api/files/uploads/${id}`, { token: this.token, length: size }), ...pieces);
    return this.#post(connection, records('comments'), { ...comment, attachments: [{ upload: id }] });
  }

  async #sendForm(connection, pieces, size) {
    const disposition = (name) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"`;
    const values = Object.entries(this.comment).map(([name, value]) => `${disposition(name)}\r\n\r\n${value}\r\n`);
    const file = `${disposition('attachments')}; filename="film.bin"\r\nContent-Type: application/octet-stream\r\n\r\n`;
    const before = Buffer.from(values.join('') + file);
    const after = Buffer.from(`\r\n--${BOUNDARY}--\r\n`);
    const type = `multipart/form-data; boundary=${BOUNDARY}`;
    const length = before.length + size + after.length;
    const start = Buffer.concat([head('POST', records('comments'), { token: this.token, type, length }), before]);
    const { body } = await connection.send(start, ...pieces, after);
    return JSON.parse(body);
  }

  download(connection, { id, attachments: [name] }) {
    return connection.send(request('GET', `/api/files/comments/${id}/${name}`, { token: this.token }));
  }

  remove(connection, { id }) {
    return connection.send(request('DELETE', `${records('comments')}/${id}`, { token: this.token }));
  }

  async #post(connection, path, json) {
    const { body } = await connection.send(request('POST', path, { token: this.token, json }));
    return JSON.parse(body);
  }
}
