// The rule corpus on the platform's own SQLite: what each condition becomes finds
// there, for each caller, what the evaluator in memory says.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { inProject } from '../../scripts/project.mjs';
import { startWorkerd } from '../../scripts/workerd.mjs';
import { readCorpus } from '../support/corpus.mjs';
import { temporaryFolder } from './server.mjs';

const modules = [{ name: 'cases.mjs', kind: 'esModule', file: inProject('tests', 'runtime', 'fixtures', 'cases.mjs') }];
const corpus = readCorpus();
let server;

before(async (t) => {
  server = await startWorkerd({ folder: temporaryFolder(t), modules, classes: ['CasesObject'] });
  t.after(() => server.kill());
});

test('there is a corpus, and the seeds are part of it', () => {
  assert.ok(corpus.length > 10);
  for (const seed of ['baseflare', 'snackbase', 'vski']) {
    assert.ok(corpus.some(({ path }) => path === `seeds/${seed}.case`), seed);
  }
});

for (const { path, tables, cases } of corpus) {
  test(`${path} means the same on the platform`, async () => {
    for (const { line, refused, statements } of cases) assert.equal(statements.length > 0, refused === null, `${path}:${line}`);
    const asked = cases.flatMap(({ line, text, statements }) => statements.map((one) => ({ ...one, place: `${path}:${line}: ${text}` })));
    const statements = asked.map(({ sql, params }) => ({ sql, params }));
    const reply = await fetch(`${server.url}/${path}`, { method: 'POST', body: JSON.stringify({ tables, statements }) });
    const told = await reply.text();
    assert.equal(reply.status, 200, told);
    const found = JSON.parse(told);
    assert.equal(found.length, asked.length);
    asked.forEach(({ place, caller, sql, finds }, index) => {
      assert.deepEqual(found[index].sort(), finds, `${place}: ${caller}\n${sql}`);
    });
  });
}
