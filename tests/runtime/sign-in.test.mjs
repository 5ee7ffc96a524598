// Signing in on real workerd, by the official `pocketbase` client and by plain
// requests: passwords are hashed by the hasher objects, sessions outlive a restart.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import PocketBase, { BaseAuthStore } from 'pocketbase';
import { startServer, vars } from './server.mjs';

const password = 'correct horse battery';

const client = (server) => new PocketBase(server.url, new BaseAuthStore());
const ann = { email: 'ann@example.com', password, passwordConfirm: password, name: 'Ann', role: 'member' };

async function refused(promise, status) {
  const error = await promise.then(() => assert.fail('it was allowed'), (error) => error);
  assert.equal(error.status, status, JSON.stringify(error.response));
  return error.response;
}

test('the pocketbase client signs up, in, refreshes and changes a password', async (t) => {
  const server = await startServer(t);
  const pb = client(server);
  const created = await pb.collection('users').create(ann);
  assert.equal(created.collectionName, 'users');
  assert.equal(created.email, undefined, 'nobody is signed in yet');

  const { token, record } = await pb.collection('users').authWithPassword(ann.email, password);
  assert.ok(pb.authStore.isValid);
  assert.ok(!pb.authStore.isSuperuser);
  assert.equal(record.id, created.id);
  assert.equal(record.email, ann.email);
  assert.equal((await pb.collection('users').getOne(record.id)).email, ann.email);

  const refreshed = await pb.collection('users').authRefresh();
  assert.equal(refreshed.record.id, record.id);
  const methods = await pb.collection('users').listAuthMethods();
  assert.equal(methods.password.enabled, true);

  const change = { password: 'another good one', passwordConfirm: 'another good one', oldPassword: password };
  await pb.collection('users').update(record.id, change);
  await refused(pb.collection('users').authRefresh(), 401);
  // The old token goes along with this, and does not stand in its way.
  assert.equal(pb.authStore.token, refreshed.token);
  await pb.collection('users').authWithPassword(ann.email, change.password);
  assert.notEqual(pb.authStore.token, token);
  await pb.collection('users').authRefresh();
});

test('a wrong password and an unknown email get the same answer', async (t) => {
  const server = await startServer(t);
  await client(server).collection('users').create(ann);
  const wrong = await refused(client(server).collection('users').authWithPassword(ann.email, 'wrong'), 400);
  const unknown = await refused(client(server).collection('users').authWithPassword('b@example.com', password), 400);
  assert.deepEqual(wrong, unknown);
});

test('the master administrator is a superuser to the client, and bypasses rules', async (t) => {
  const server = await startServer(t);
  const pb = client(server);
  await refused(pb.collection('_superusers').authWithPassword(vars.MASTER_ADMIN_EMAIL, 'wrong'), 400);
  await pb.collection('_superusers').authWithPassword(vars.MASTER_ADMIN_EMAIL, vars.MASTER_ADMIN_PASSWORD);
  assert.ok(pb.authStore.isSuperuser);
  await pb.collection('_superusers').authRefresh();
  const made = await pb.collection('users').create({ ...ann, role: 'admin' });
  assert.equal(made.role, 'admin', 'no rule lets anybody else do this');
  await refused(client(server).collection('users').create({ ...ann, email: 'b@example.com', role: 'admin' }), 403);
});

test('refresh tokens rotate over a restart, and reuse ends the session', async (t) => {
  const server = await startServer(t);
  const register = await server.send('POST', '/api/auth/users/register', { json: ann });
  assert.equal(register.status, 200, JSON.stringify(register.body));
  const first = register.body;
  assert.equal(first.expiresIn, 900);
  await server.kill();

  const again = await startServer(t, { folder: server.folder });
  const refresh = (refreshToken) => again.send('POST', '/api/auth/users/refresh', { json: { refreshToken } });
  const me = (token) => again.send('GET', '/api/auth/users/me', { token });
  assert.equal((await me(first.token)).body.email, ann.email);
  const replies = await Promise.all([refresh(first.refreshToken), refresh(first.refreshToken)]);
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 401], 'one of two at once');
  const winner = replies.find(({ status }) => status === 200).body;
  assert.equal((await refresh(winner.refreshToken)).status, 401);
  for (const token of [first.token, winner.token]) {
    const { status, body } = await me(token);
    assert.equal(status, 401);
    assert.equal(body.code, 'invalid_token');
  }
});

test('signing out ends the session', async (t) => {
  const server = await startServer(t);
  const { body } = await server.send('POST', '/api/auth/users/register', { json: ann });
  const out = await server.send('POST', '/api/auth/users/logout', { json: { refreshToken: body.refreshToken } });
  assert.equal(out.status, 204);
  assert.equal((await server.send('GET', '/api/auth/users/me', { token: body.token })).status, 401);
});

test('too many sign-ins are refused before anything is hashed', async (t) => {
  const server = await startServer(t, { vars: { LOGINS_PER_MINUTE: '2' } });
  const send = () => server.send('POST', '/api/auth/users/login', { json: { email: ann.email, password } });
  const statuses = [];
  // The window may turn once in between.
  for (let i = 0; i < 5; i += 1) statuses.push(await send());
  const limited = statuses.find(({ status }) => status === 429);
  assert.ok(limited, 'none of five was refused');
  assert.ok(Number(limited.headers.get('retry-after')) > 0);
});
