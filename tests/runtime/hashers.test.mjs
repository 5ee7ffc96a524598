// Passwords are hashed elsewhere: an app answers on when the hashers are gone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startWithHashersApart } from '../../scripts/workerd.mjs';
import { startServer, vars } from './server.mjs';

test('without hashers nobody signs in, and everything else is served', async (t) => {
  const server = await startServer(t, { start: startWithHashersApart });
  const signIn = (password) =>
    server.send('POST', '/api/collections/_superusers/auth-with-password', {
      json: { identity: vars.MASTER_ADMIN_EMAIL, password },
    });
  assert.equal((await signIn(vars.MASTER_ADMIN_PASSWORD)).status, 200);
  assert.equal((await signIn('another password')).body.code, 'invalid_credentials');

  await server.hashers.kill();
  const refused = await signIn(vars.MASTER_ADMIN_PASSWORD);
  assert.ok(refused.status >= 500, `${refused.status}`);
  assert.equal(refused.body.token, undefined);
  assert.equal((await server.send('GET', '/api/collections/notes/records')).status, 200);
});
