// `npm run rules:explain` as people use it, on a running server.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { command } from './command.mjs';
import { signUp } from './people.mjs';
import { startServer } from './server.mjs';

test('a rule is explained for a caller and a document', async (t) => {
  const server = await startServer(t);
  const ann = await signUp(server, 'ann');
  const bob = await signUp(server, 'bob');
  const explain = async (...words) => (await command(server, 'rules-explain.mjs', ...words)).printed;
  const note = JSON.stringify({ owner: ann.id, title: 'Presents' });
  const asked = (who, ...more) => explain('notes', 'view', '--document', note, '--caller', `users/${who.id}`, ...more);
  assert.match(await asked(ann), /^allowed, as this holds:/);
  const refused = await asked(bob);
  assert.match(refused, /^refused, as this does not hold:\n {2}owner = @request\.auth\.id/);
  assert.match(refused, new RegExp(`owner is "${ann.id}", @request.auth.id is "${bob.id}"`));
  assert.match(refused, /SQLite is asked: SELECT/);
  assert.equal(JSON.parse(await asked(bob, '--json')).allowed, false);
  const role = (who) => explain('users', 'update', '--document', ann.id, '--caller', `users/${who.id}`, '--body', '{"role":"admin"}');
  const kept = 'rules of fields keep these from the caller: role';
  assert.match(await role(ann), new RegExp(`^refused, as ${kept}\nthe rule of the operation allows it, as this holds:\n {2}id = `));
  assert.match(await role(bob), new RegExp(`^refused, as this does not hold:\n[^]*\n${kept}\n`));
  assert.match(await explain('nots', 'view', '--document', note), /There is no collection nots/);
  const page = createServer((_, response) => response.end('<!doctype html>')).listen(0, '127.0.0.1');
  t.after(() => page.close());
  await once(page, 'listening');
  const elsewhere = `http://127.0.0.1:${page.address().port}`;
  assert.match(await explain('notes', 'view', '--url', elsewhere), new RegExp(`what answers at ${elsewhere} is no Ringfence server`));
  assert.match(await explain('notes'), /say which collection and which operation/);
  assert.match(await explain('notes', 'view', '--document', '{'), /--document is not JSON/);
});
