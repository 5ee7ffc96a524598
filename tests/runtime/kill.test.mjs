// Kills the server with SIGKILL in the middle of a write storm, several times on
// the same state, and looks: every acknowledged write is there, a batch is whole
// or absent, the database is sound. Bounded by rounds, not by what it finds.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { signUp } from './people.mjs';
import { startServer, temporaryFolder } from './server.mjs';

const RECORDS = '/api/collections/notes/records';
const ROUNDS = 6;
const WRITERS = 8;
const BATCH_RECORDS = 25;

/** What was sent and what was acknowledged, by record id and by batch. */
class Ledger {
  records = new Map();
  batches = new Map();
  #last = 0;

  mark(kind) {
    this.#last += 1;
    return `${kind} ${this.#last}`;
  }

  /** A title that the record may have: acknowledged, or sent and never answered. */
  allows(id, title) {
    const { acknowledged, pending } = this.records.get(id);
    return title === acknowledged || title === pending;
  }
}

test('killed in a write storm, it keeps what it acknowledged', { timeout: 120_000 }, async (t) => {
  const folder = temporaryFolder(t);
  const ledger = new Ledger();
  let server = await startServer(t, { folder });
  const { id: owner, token } = await signUp(server, 'ada');
  for (let round = 0; round < ROUNDS; round += 1) {
    const send = sender(server, token);
    const storm = Array.from({ length: WRITERS }, (_, writer) => write(send, ledger, owner, writer));
    await sleep(300 + Math.random() * 900);
    await server.kill();
    await Promise.all(storm);
    checkDatabases(folder);
    server = await startServer(t, { folder });
    await checkRecords(sender(server, token), ledger);
  }
  const batches = [...ledger.batches.values()].filter(Boolean);
  t.diagnostic(`${ledger.records.size} records and ${batches.length} of ${ledger.batches.size} batches are there`);
  assert.ok(ledger.records.size > ROUNDS * WRITERS, 'too few writes were acknowledged to prove anything');
  assert.ok(batches.length > ROUNDS, 'too few batches were acknowledged to prove anything');
});

/** Sends JSON; null when the connection broke before the whole reply was there. */
function sender(server, token) {
  return async (method, path, json) => {
    const reply = await server.send(method, path, { json, token }).catch(() => null);
    if (reply) assert.equal(reply.status, 200, JSON.stringify(reply.body));
    return reply?.body ?? null;
  };
}

async function write(send, ledger, owner, writer) {
  const own = [];
  for (let turn = 0; ; turn += 1) {
    const step = [create, update, create, batch][(turn + writer) % 4];
    if (!(await step(send, ledger, owner, own))) return;
  }
}

async function create(send, ledger, owner, own) {
  const title = ledger.mark('created');
  const record = await send('POST', RECORDS, { owner, title });
  if (!record) return false;
  ledger.records.set(record.id, { acknowledged: title });
  own.push(record.id);
  return true;
}

async function update(send, ledger, _owner, own) {
  if (own.length === 0) return true;
  const id = own[Math.floor(Math.random() * own.length)];
  const title = ledger.mark('updated');
  ledger.records.get(id).pending = title;
  if (!(await send('PATCH', `${RECORDS}/${id}`, { title }))) return false;
  ledger.records.set(id, { acknowledged: title });
  return true;
}

async function batch(send, ledger, owner) {
  const mark = ledger.mark('batch');
  ledger.batches.set(mark, false);
  const requests = Array.from({ length: BATCH_RECORDS }, (_, index) => ({
    method: 'POST',
    url: RECORDS,
    body: { owner, title: `${mark} part ${index}` },
  }));
  if (!(await send('POST', '/api/batch', { requests }))) return false;
  ledger.batches.set(mark, true);
  return true;
}

async function checkRecords(send, ledger) {
  const titles = await readTitles(send);
  for (const [id, entry] of ledger.records) {
    const title = titles.get(id);
    assert.ok(title !== undefined, `the acknowledged "${entry.acknowledged}" is gone`);
    assert.ok(ledger.allows(id, title), `the acknowledged "${entry.acknowledged}" became "${title}"`);
    ledger.records.set(id, { acknowledged: title });
  }
  const parts = new Map();
  for (const title of titles.values()) {
    const mark = /^(batch \d+) part/.exec(title)?.[1];
    if (mark) parts.set(mark, (parts.get(mark) ?? 0) + 1);
  }
  for (const [mark, isAcknowledged] of ledger.batches) {
    const found = parts.get(mark) ?? 0;
    assert.ok(found === BATCH_RECORDS || (found === 0 && !isAcknowledged), `${found} parts of ${mark} are there`);
    ledger.batches.set(mark, found > 0);
  }
}

async function readTitles(send) {
  const titles = new Map();
  for (let page = 1; ; page += 1) {
    const list = await send('GET', `${RECORDS}?perPage=1000&sort=id&page=${page}`);
    for (const { id, title } of list.items) titles.set(id, title);
    if (list.items.length < list.perPage) return titles;
  }
}

// On a copy: opening it would replay its log, which is the server's to do.
function checkDatabases(folder) {
  const copy = mkdtempSync(join(tmpdir(), 'ringfence-copy-'));
  cpSync(folder, copy, { recursive: true });
  const files = readdirSync(copy, { recursive: true }).filter((name) => name.endsWith('.sqlite'));
  assert.ok(files.length > 0, 'no database was written');
  for (const file of files) {
    const database = new DatabaseSync(join(copy, file));
    const results = database.prepare('PRAGMA quick_check').all();
    assert.deepEqual(results.map(({ quick_check: result }) => result), ['ok'], file);
    database.close();
  }
  rmSync(copy, { recursive: true, force: true });
}
