// The floor of files as the bench drives it: one request up, one down.

import { randomUUID } from 'node:crypto';
import { startWithBucketApart } from '../../scripts/bucket-apart/start.mjs';
import { head, request } from '../load.mjs';
import { Target } from '../target.mjs';

export class FloorFiles extends Target {
  name = 'the floor';

  launch = startWithBucketApart;

  serverOptions() {
    const file = new URL('bucket.mjs', import.meta.url).pathname;
    return { modules: [{ name: 'bucket.mjs', kind: 'esModule', file }], classes: [] };
  }

  prepare() {}

  /** Gives what `download` and `remove` want. */
  async upload(connection, { pieces, size }) {
    const path = `/${randomUUID()}`;
    await connection.send(head('PUT', path, { length: size }), ...pieces);
    return path;
  }

  download(connection, path) {
    return connection.send(request('GET', path));
  }

  remove(connection, path) {
    return connection.send(request('DELETE', path));
  }
}
