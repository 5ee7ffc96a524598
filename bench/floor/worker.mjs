// The floor: the work of the bench written by hand, as a good engineer would on
// this platform. A stateless front finds the object by name; the object does the
// SQL. No sign-in, no rules, no schema, no limits: what a backend costs beyond
// this is what the bench measures.

import { DurableObject } from 'cloudflare:workers';
import { COLUMNS, COUNT, INSERT, INSERT_USER, LIST, SCHEMA, VIEW } from './sql.mjs';

const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

export default {
  fetch(request, env) {
    const app = new URL(request.url).pathname.split('/')[1];
    return env.FLOOR.getByName(app).fetch(request);
  },
};

export class FloorObject extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    this.sql = ctx.storage.sql;
    this.sql.exec(SCHEMA);
  }

  async fetch(request) {
    const url = new URL(request.url);
    const [, , collection, id] = url.pathname.split('/');
    switch (`${request.method} ${collection}`) {
      case 'GET notes':
        return id ? this.view(id) : this.list(url.searchParams);
      case 'POST notes':
        return Response.json(this.insert(await request.json()));
      case 'PATCH notes':
        return this.update(id, await request.json());
      case 'POST batch':
        return this.insertMany(await request.json());
      case 'POST users':
        return this.insertUser(await request.json());
      default:
        return notFound();
    }
  }

  view(id) {
    const [row] = this.sql.exec(VIEW, id).toArray();
    return row ? Response.json(present(row)) : notFound();
  }

  list(params) {
    const owner = params.get('owner');
    const perPage = Number(params.get('perPage') ?? 30);
    const items = this.sql.exec(LIST, owner, perPage).toArray().map(present);
    if (params.get('skipTotal')) return Response.json({ page: 1, perPage, items });
    const [{ total }] = this.sql.exec(COUNT, owner).toArray();
    return Response.json({ page: 1, perPage, totalItems: total, totalPages: Math.ceil(total / perPage), items });
  }

  insert(document) {
    const now = timestamp();
    const values = COLUMNS.map((column) => stored(document[column] ?? (column === 'pinned' ? 0 : '')));
    const [row] = this.sql.exec(INSERT, newId(), now, now, ...values).toArray();
    return present(row);
  }

  insertMany({ documents }) {
    const rows = this.ctx.storage.transactionSync(() => documents.map((document) => this.insert(document)));
    return Response.json(rows);
  }

  update(id, changes) {
    const columns = COLUMNS.filter((column) => column in changes);
    const set = ['updated = ?', ...columns.map((column) => `${column} = ?`)].join(', ');
    const values = columns.map((column) => stored(changes[column]));
    const update = `UPDATE notes SET ${set} WHERE id = ? RETURNING *`;
    const [row] = this.sql.exec(update, timestamp(), ...values, id).toArray();
    return row ? Response.json(present(row)) : notFound();
  }

  insertUser({ name }) {
    const [row] = this.sql.exec(INSERT_USER, newId(), name).toArray();
    return Response.json(row);
  }
}

// SQLite has no booleans.
function present(row) {
  row.pinned = row.pinned === 1;
  return row;
}

function stored(value) {
  return typeof value === 'boolean' ? Number(value) : value;
}

function notFound() {
  return Response.json({ status: 404, message: 'Not found.' }, { status: 404 });
}

function timestamp() {
  return new Date().toISOString().replace('T', ' ');
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(15));
  return Array.from(bytes, (byte) => ID_ALPHABET[byte % 36]).join('');
}
