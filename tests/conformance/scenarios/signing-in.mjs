// Accounts: registering, signing in, refreshing, changing a password.

import assert from 'node:assert/strict';
import { PASSWORD, refusal, scenario } from '../scenario.mjs';

scenario('signing in fills the store', async ({ connect, person }) => {
  const ada = await person();
  const pb = connect();
  assert.equal(pb.authStore.isValid, false);
  const { token, record } = await pb.collection('users').authWithPassword(ada.email, PASSWORD);
  assert.equal(pb.authStore.token, token);
  assert.equal(pb.authStore.record.id, record.id);
  assert.equal(pb.authStore.isValid, true);
  assert.equal(pb.authStore.isSuperuser, false);
  assert.deepEqual([record.email, record.name, record.collectionName, record.verified], [ada.email, 'Ada', 'users', false]);
  pb.authStore.clear();
  assert.deepEqual([pb.authStore.isValid, pb.authStore.token, pb.authStore.record], [false, '', null]);
});

scenario('an email address signs in however it is written', async ({ connect, person, differs }) => {
  const ada = await person();
  const attempt = connect().collection('users').authWithPassword(ada.email.toUpperCase(), PASSWORD);
  assert.equal(await attempt.then(() => 200, ({ status }) => status), differs('an email address in capitals'));
});

scenario('a wrong password and an unknown address are told alike', async ({ connect, person }) => {
  const ada = await person();
  const attempt = (email, password) => refusal(connect().collection('users').authWithPassword(email, password));
  const wrong = await attempt(ada.email, 'not the password');
  const unknown = await attempt('nobody@example.com', PASSWORD);
  assert.equal(wrong.status, 400);
  assert.deepEqual(unknown.response, wrong.response);
  assert.deepEqual(wrong.response.data, {});
});

scenario('signing in with nothing', async ({ connect }) => {
  const error = await refusal(connect().collection('users').authWithPassword('', ''));
  assert.equal(error.status, 400);
  assert.deepEqual(Object.keys(error.response.data).sort(), ['identity', 'password']);
});

scenario('nobody signs in to a collection without accounts', async ({ connect }) => {
  const error = await refusal(connect().collection('notes').authWithPassword('a@example.com', PASSWORD));
  assert.ok([400, 403, 404].includes(error.status), `${error.status}`);
});

scenario('the ways to sign in', async ({ connect }) => {
  const methods = await connect().collection('users').listAuthMethods();
  assert.deepEqual(methods.password, { enabled: true, identityFields: ['email'] });
  assert.equal(methods.mfa.enabled, false);
  assert.equal(methods.otp.enabled, false);
  assert.deepEqual(methods.oauth2.providers, []);
  assert.equal(methods.oauth2.enabled, false);
});

scenario('a token says who it is for', async ({ person, sdk }) => {
  const ada = await person();
  const payload = sdk.getTokenPayload(ada.authStore.token);
  assert.equal(payload.id, ada.me);
  assert.equal(payload.type, 'auth');
  assert.equal(payload.collectionId, ada.authStore.record.collectionId);
  assert.equal(typeof payload.refreshable, 'boolean');
  assert.ok(payload.exp * 1000 > Date.now());
  assert.equal(sdk.isTokenExpired(ada.authStore.token), false);
  assert.equal(sdk.isTokenExpired('not.a.token'), true);
});

scenario('refreshing gives a token and the record as it is now', async ({ person }) => {
  const ada = await person();
  await ada.collection('users').update(ada.me, { name: 'Ada L.' });
  const { token, record } = await ada.collection('users').authRefresh();
  assert.equal(record.name, 'Ada L.');
  assert.equal(ada.authStore.token, token);
  assert.equal(ada.authStore.record.name, 'Ada L.');
  assert.equal((await ada.collection('users').getOne(ada.me)).id, ada.me);
});

scenario('refreshing without a token', async ({ connect }) => {
  assert.equal((await refusal(connect().collection('users').authRefresh())).status, 401);
});

scenario('a token that was tampered with', async ({ connect, person, differs }) => {
  const ada = await person();
  const pb = connect();
  const [head, , signature] = ada.authStore.token.split('.');
  const payload = Buffer.from(JSON.stringify({ id: ada.me, type: 'auth', exp: 4_000_000_000 })).toString('base64url');
  pb.authStore.save(`${head}.${payload}.${signature}`, ada.authStore.record);
  const outcome = await pb.collection('notes').getList().then(({ totalItems }) => [200, totalItems], ({ status }) => status);
  assert.deepEqual(outcome, differs('a token that is not valid'));
  assert.equal((await refusal(pb.collection('users').authRefresh())).status, 401);
});

scenario('the word Bearer before a token is optional', async ({ connect, person }) => {
  const ada = await person();
  await ada.collection('notes').create({ owner: ada.me, title: 'x' });
  for (const authorization of [ada.authStore.token, `Bearer ${ada.authStore.token}`]) {
    const list = await connect().collection('notes').getList(1, 1, { headers: { Authorization: authorization } });
    assert.equal(list.totalItems, 1);
  }
});

scenario('what a registration needs', async ({ anonymous, person }) => {
  const users = anonymous().collection('users');
  const ada = await person();
  const whole = { name: 'Eve', email: `eve-${ada.me}@example.com`, password: PASSWORD, passwordConfirm: PASSWORD };
  const wrong = async (more) => {
    const error = await refusal(users.create({ ...whole, ...more }));
    assert.equal(error.status, 400);
    return Object.keys(error.response.data).sort().join();
  };
  assert.equal(await wrong({ passwordConfirm: 'something else' }), 'passwordConfirm');
  assert.equal(await wrong({ password: 'short', passwordConfirm: 'short' }), 'password');
  assert.equal(await wrong({ email: 'no address' }), 'email');
  assert.equal(await wrong({ email: ada.email }), 'email');
  assert.equal(await wrong({ name: '' }), 'name');
  assert.equal((await users.create(whole).then(({ id }) => id)).length, 15);
});

scenario('nobody registers as more than they may be', async ({ anonymous, person, differs }) => {
  const { me } = await person();
  const account = { name: 'Eve', email: `eve-${me}@example.com`, password: PASSWORD, passwordConfirm: PASSWORD };
  const asAdmin = await refusal(anonymous().collection('users').create({ ...account, role: 'admin' }));
  assert.equal(asAdmin.status, differs('a create that a rule refuses'));
  const verified = await anonymous().collection('users').create({ ...account, verified: true }).then(
    (made) => [200, made.verified],
    (error) => [error.status, Object.keys(error.response.data)],
  );
  assert.deepEqual(verified, [400, ['verified']]);
});

scenario('a new password needs the old one, and ends what was signed in', async ({ connect, person }) => {
  const ada = await person();
  const users = ada.collection('users');
  const next = { password: 'another long password', passwordConfirm: 'another long password' };
  const without = await refusal(users.update(ada.me, next));
  assert.deepEqual([without.status, Object.keys(without.response.data)], [400, ['oldPassword']]);
  const wrong = await refusal(users.update(ada.me, { ...next, oldPassword: 'not it' }));
  assert.deepEqual([wrong.status, Object.keys(wrong.response.data)], [400, ['oldPassword']]);
  await users.update(ada.me, { ...next, oldPassword: PASSWORD });
  assert.equal((await refusal(users.authRefresh())).status, 401);
  assert.equal((await refusal(connect().collection('users').authWithPassword(ada.email, PASSWORD))).status, 400);
  const again = await connect().collection('users').authWithPassword(ada.email, next.password);
  assert.equal(again.record.id, ada.me);
});

scenario('an email address is not simply changed', async ({ person, differs }) => {
  const ada = await person();
  const error = await refusal(ada.collection('users').update(ada.me, { email: `new-${ada.email}` }));
  assert.equal(error.status, 400);
  assert.deepEqual(Object.keys(error.response.data), differs('changing an email address'));
  assert.equal((await ada.collection('users').getOne(ada.me)).email, ada.email);
});

scenario('the token of somebody who is gone', async ({ admin, person, differs }) => {
  const ada = await person();
  await (await admin()).collection('users').delete(ada.me);
  assert.equal((await refusal(ada.collection('users').authRefresh())).status, 401);
  const outcome = await ada.collection('notes').getList().then(({ totalItems }) => [200, totalItems], ({ status }) => status);
  assert.deepEqual(outcome, differs('a token that is not valid'));
});

scenario('the administrator bypasses rules', async ({ admin, person }) => {
  const ada = await person();
  const { id } = await ada.collection('notes').create({ owner: ada.me, title: 'Mine' });
  const boss = await admin();
  assert.equal(boss.authStore.isSuperuser, true);
  assert.equal(boss.authStore.isAdmin, true);
  assert.equal(boss.authStore.isAuthRecord, false);
  assert.equal(boss.collection('_superusers').isSuperusers, true);
  assert.equal(boss.authStore.record.collectionName, '_superusers');
  assert.equal((await boss.collection('notes').getOne(id)).title, 'Mine');
  assert.equal((await boss.collection('notes').update(id, { title: 'Seen' })).title, 'Seen');
  assert.equal(await boss.collection('users').delete((await person('Bob')).me), true);
  assert.equal((await boss.collection('users').getList(1, 1, { filter: `id = "${ada.me}"` })).items[0].email, ada.email);
});

scenario('the administrator signs in from the old place as well', async ({ admin, connect, target }) => {
  const boss = await admin();
  assert.equal(boss.admins.collectionIdOrName, '_superusers');
  const refreshed = await boss.admins.authRefresh();
  assert.ok(refreshed.token);
  assert.equal((await refusal(connect().admins.authWithPassword('admin@example.com', 'wrong'))).status, 400, target);
});

scenario('the reply of a sign-in expands and picks fields', async ({ connect, person, team }) => {
  const ada = await person();
  await team(ada);
  const options = { expand: 'memberships_via_user.team', fields: 'token,record.name,record.expand.memberships_via_user.role' };
  const expected = { name: 'Ada', expand: { memberships_via_user: [{ role: 'owner' }] } };
  const { token, record } = await connect().collection('users').authWithPassword(ada.email, PASSWORD, options);
  assert.ok(token);
  assert.deepEqual(record, expected);
  assert.deepEqual((await ada.collection('users').authRefresh(options)).record, expected);
});
