// Kills the server with SIGKILL while files are stored, replaced and removed, several
// times on the same state, and looks: every acknowledged file is there, no record names
// one that is not, and what is recorded is what the bucket has.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { publicTask, signInAsMaster, signUp } from './people.mjs';
import { startServer, temporaryFolder } from './server.mjs';

const fixture = fileURLToPath(new URL('fixtures/miniflare.mjs', import.meta.url));
const RECORDS = '/api/collections/comments/records';
const ROUNDS = 5;
const WRITERS = 6;

/** Miniflare and its workerd as a group of processes, which dies as one. */
async function startApart({ folder }) {
  const child = spawn(process.execPath, [fixture, folder], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const url = await new Promise((done) => {
    createInterface({ input: child.stdout }).on('line', (line) => line.startsWith('{"url"') && done(JSON.parse(line).url));
    child.once('exit', () => done(undefined));
  });
  assert.ok(url, 'the server did not start');
  const kill = async () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
    await ended;
  };
  return { url, kill };
}

test('killed while files come and go, it keeps what it acknowledged', { timeout: 180_000 }, async (t) => {
  const folder = temporaryFolder(t);
  const start = () => startServer(t, { folder, start: startApart });
  let server = await start();
  const { id: author, token } = await signUp(server, 'ada');
  const task = await publicTask(server, { author, token });
  // By record: the names of its files; undefined while something is on its way.
  const ledger = new Map();
  let marks = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const storm = Array.from({ length: WRITERS }, () => write({ server, token, author, task, ledger, mark: () => (marks += 1) }));
    await sleep(400 + Math.random() * 800);
    await server.kill();
    await Promise.all(storm);
    server = await start();
    await check(server, ledger);
  }
  t.diagnostic(`${marks} files were sent, ${[...ledger.values()].flat().filter(Boolean).length} are recorded as acknowledged`);
  assert.ok(marks > ROUNDS * WRITERS, 'too few files were sent to prove anything');
  assert.ok(ledger.size > ROUNDS, 'too few writes were acknowledged to prove anything');
});

/** Writes until the connection breaks. */
async function write({ server, token, author, task, ledger, mark }) {
  const send = async (method, path, fields) => {
    const body = new FormData();
    for (const [name, value] of fields) body.append(name, value);
    const reply = await server.send(method, path, { token, body: method === 'DELETE' ? undefined : body }).catch(() => null);
    if (reply) assert.ok(reply.status < 300, JSON.stringify(reply.body));
    return reply;
  };
  const file = () => {
    const name = `file${mark()}.txt`;
    // Larger than what a database would keep beside its rows.
    return new File([name.padEnd(20_000, '.')], name);
  };
  for (;;) {
    const created = await send('POST', RECORDS, [['task', task], ['author', author], ['body', 'x'], ['attachments', file()]]);
    if (!created) return;
    const { id, attachments } = created.body;
    ledger.set(id, attachments);
    const path = `${RECORDS}/${id}`;
    for (const fields of [[['attachments+', file()]], [['attachments', file()]]]) {
      const before = ledger.get(id);
      ledger.set(id, undefined);
      const changed = await send('PATCH', path, fields);
      if (!changed) return;
      assert.notDeepEqual(changed.body.attachments, before);
      ledger.set(id, changed.body.attachments);
    }
    if (Math.random() < 0.5) continue;
    ledger.set(id, undefined);
    if (!(await send('DELETE', path, []))) return;
    ledger.set(id, null);
  }
}

async function check(server, ledger) {
  const records = new Map();
  for (let page = 1; ; page += 1) {
    const { body } = await server.send('GET', `${RECORDS}?perPage=500&sort=id&page=${page}`);
    for (const record of body.items) records.set(record.id, record.attachments);
    if (body.items.length < body.perPage) break;
  }
  for (const [id, names] of ledger) {
    if (names === null) assert.ok(!records.has(id), `the removed ${id} is there`);
    else if (names !== undefined) assert.deepEqual(records.get(id), names, id);
  }
  for (const [id, names] of records) {
    for (const name of names) {
      const response = await fetch(`${server.url}/api/files/comments/${id}/${name}`);
      assert.equal(response.status, 200, `${id} names ${name}`);
      const text = await response.text();
      assert.ok(text.length === 20_000 && text.startsWith(`${name.split('_')[0]}.txt.`), `${name} holds ${text.slice(0, 20)}`);
    }
  }
  const { body } = await server.send('POST', '/api/files/verify', { token: await signInAsMaster(server) });
  assert.deepEqual([body.missing.count, body.wrongSize.count], [0, 0], JSON.stringify(body));
}
