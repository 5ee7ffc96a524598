// A panic in Wasm is an answer, not a hang, and the object serves on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inProject } from '../../scripts/project.mjs';
import { bundle } from '../../scripts/workerd-config.mjs';
import { signUp } from './people.mjs';
import { startServer } from './server.mjs';

const breakingBundle = bundle().flatMap((module) =>
  module.name === 'dist/ringfence.js'
    ? [{ ...module, file: inProject('tests', 'runtime', 'fixtures', 'breaking.mjs') }, { ...module, name: 'dist/real.js' }]
    : [module],
);

test('a panic answers 500 at once and the requests beside it are served', async (t) => {
  const server = await startServer(t, { modules: breakingBundle });
  const healthy = () => server.send('GET', '/api/collections/nothing/records');
  const expected = (await healthy()).status;
  assert.ok(expected < 500, `an ordinary request answers ${expected}`);

  for (let round = 0; round < 3; round += 1) {
    const breaking = server.send('GET', '/api/break');
    const beside = await Promise.all(Array.from({ length: 6 }, healthy));
    const { status, body, headers } = await breaking;
    assert.equal(status, 500);
    assert.equal(body.code, 'internal');
    assert.doesNotMatch(body.message, /unreachable|wasm/i);
    assert.ok(headers.get('x-request-id'));
    assert.deepEqual(beside.map((reply) => reply.status), Array(6).fill(expected));
  }
  assert.match(server.output.join('\n'), /RuntimeError: unreachable/);
});

test('a panic in the middle of a batch leaves nothing of it', async (t) => {
  const server = await startServer(t, { modules: breakingBundle });
  const { token, id: owner } = await signUp(server, 'writer');
  const url = '/api/collections/notes/records';
  const batch = (titles) =>
    server.send('POST', '/api/batch', {
      token,
      json: { requests: titles.map((title) => ({ method: 'POST', url, body: { owner, title } })) },
    });
  const titles = async () => {
    const { body } = await server.send('GET', `${url}?sort=title`, { token });
    return body.items.map((item) => item.title);
  };
  assert.equal((await batch(['a', 'b'])).status, 200);
  const { status, body } = await batch(['c', 'break', 'd']);
  assert.equal(status, 500);
  assert.equal(body.code, 'internal');
  assert.deepEqual(await titles(), ['a', 'b']);
  assert.equal((await batch(['e'])).status, 200);
  assert.deepEqual(await titles(), ['a', 'b', 'e']);
});
