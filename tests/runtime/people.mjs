// People of the runtime tests: signed up and signed in over HTTP, as anybody is.

import assert from 'node:assert/strict';
import { vars } from './server.mjs';

export const PASSWORD = 'correct horse battery';

/** Registers somebody and signs them in: `{id, email, token}`. */
export async function signUp(server, name) {
  const email = `${name}@example.com`;
  const json = { name, email, password: PASSWORD, passwordConfirm: PASSWORD };
  const { status, body } = await server.send('POST', '/api/collections/users/records', { json });
  assert.equal(status, 200, JSON.stringify(body));
  const token = await signIn(server, 'users', email, PASSWORD);
  return { id: body.id, email, token };
}

/** A task that everybody sees, in a team of `author`'s; gives its id. */
export async function publicTask(server, { author, token }) {
  const create = async (collection, json) => {
    const { status, body } = await server.send('POST', `/api/collections/${collection}/records`, { token, json });
    assert.equal(status, 200, JSON.stringify(body));
    return body.id;
  };
  const team = await create('teams', { name: 'Web', slug: 'web', owner: author });
  await create('memberships', { user: author, team, role: 'owner' });
  const project = await create('projects', { title: 'Shop', team, public: true });
  return create('tasks', { title: 'Film', project });
}

export const signInAsMaster = (server) =>
  signIn(server, '_superusers', vars.MASTER_ADMIN_EMAIL, vars.MASTER_ADMIN_PASSWORD);

async function signIn(server, collection, identity, password) {
  const path = `/api/collections/${collection}/auth-with-password`;
  const { status, body } = await server.send('POST', path, { json: { identity, password } });
  assert.equal(status, 200, JSON.stringify(body));
  return body.token;
}
