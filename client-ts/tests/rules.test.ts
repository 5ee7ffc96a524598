// `ringfence/rules` answers every case of the corpus as both engines of the server
// do, and tells mistakes and explanations where JavaScript looks for them.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { collection, defineRules, defineSchema, eq, people, text } from 'ringfence/declare';
import { loadRules, RuleMistakes, type Purpose, type Question } from 'ringfence/rules';
import { ask, type CaseFile } from './corpus.js';
import { rules as appRules, schema as appSchema } from './fixtures/declared/app.js';

const support = (await import(new URL('../../../tests/support/corpus.mjs', import.meta.url).href)) as {
  readCorpus: () => CaseFile[];
};
const language = await loadRules();

for (const file of support.readCorpus()) {
  test(`${file.path} means the same here`, () => {
    const { asked, failures } = ask(language, file);
    assert.ok(asked > 0);
    assert.deepEqual(failures, []);
  });
}

const app = language.app({ schema: appSchema, rules: appRules });

test('the printed form parses to the same tree', () => {
  const text = "a=1 AND (b ?~ 'x%' OR NOT c) && d IN (1,2) && e NOT IN (SELECT id FROM posts WHERE f IS NULL) // end";
  const printed = language.format(text);
  assert.equal(printed, 'a = 1 && (b ?~ "x%" || !c) && d IN (1, 2) && e NOT IN (SELECT id FROM posts WHERE f IS NULL)');
  const kinds = (tree: unknown): unknown =>
    JSON.parse(JSON.stringify(tree, (name, value: unknown) => (name === 'start' || name === 'end' ? undefined : value)));
  assert.deepEqual(kinds(language.parse(printed)), kinds(language.parse(text)));
});

test('a tree says where each part stands, as JavaScript counts', () => {
  const text = 'title = "😀" && lower(author.name:each) = @request.auth.name';
  const tree = language.parse(text);
  assert.ok(tree.kind === 'and');
  const [first, second] = tree.terms;
  assert.ok(first?.kind === 'compare' && second?.kind === 'compare');
  assert.equal(text.slice(first.right.start, first.right.end), '"😀"');
  assert.equal(text.slice(second.start, second.end), 'lower(author.name:each) = @request.auth.name');
  assert.ok(second.left.kind === 'call' && second.left.args[0]?.kind === 'path' && second.right.kind === 'path');
  assert.deepEqual(second.left.args[0].names, [
    { name: 'author', modifiers: [] },
    { name: 'name', modifiers: ['each'] },
  ]);
  assert.deepEqual([second.left.macro, second.right.at], [false, true]);
});

test('a mistake has its place and its hint', () => {
  const text = 'title = "😀" && titel = "x"';
  const [mistake] = app.check('tasks', 'view', text);
  assert.ok(mistake);
  assert.equal(text.slice(mistake.start, mistake.end), 'titel');
  assert.deepEqual([mistake.line, mistake.column, mistake.hint], [1, 16, 'did you mean title?']);
  assert.throws(() => app.rule('tasks', 'view', text), (error) => error instanceof RuleMistakes && /1:16: .*titel/.test(error.message));
  assert.throws(() => language.parse('a = '), RuleMistakes);
});

test('what a rule could never or always answer is a mistake here too', () => {
  for (const text of ['title = "x" && title = "y"', 'title = "x" || 1=1']) {
    assert.equal(app.check('tasks', 'view', text).length, 1, text);
  }
});

test("an app's own rules are asked by their operation, and one that is left out refuses", () => {
  const own = language.app({
    schema: { notes: { fields: { owner: { type: 'text' } } } },
    rules: { notes: { readRule: 'owner = "a"', createRule: '@mine()' }, _macros: { 'mine()': '@request.body.owner = "a"' } },
  });
  const document = { id: 'n1', owner: 'a' };
  assert.equal(own.rule('notes', 'view').evaluate({ document }), true);
  assert.equal(own.rule('notes', 'insert').evaluate({ document, body: document }), true);
  assert.equal(own.rule('notes', 'delete').evaluate({ document }), false);
  assert.equal(own.rule('notes', 'delete').text, 'false');
});

test('of an update, what is left out is what the body says', () => {
  const rule = app.rule('comments', 'update', 'author = @request.auth.id && new.author = old.author');
  const caller = { collection: 'users', record: { id: 'u1' } };
  const document = { id: 'c1', author: 'u1' };
  assert.equal(rule.evaluate({ caller, document, body: { text: 'x' } }), true);
  assert.equal(rule.evaluate({ caller, document, body: { author: 'u2' } }), false);
  assert.deepEqual(rule.explain({ caller, document, body: { author: 'u2' } }).deciding.values, [
    { text: 'new.author', value: 'u2' },
    { text: 'old.author', value: 'u1' },
  ]);
});

test('JSON beside JSON is explained by what each of them is', () => {
  const own = language.app({
    schema: { posts: { fields: { a: { type: 'json' } } }, parts: { fields: { post: { type: 'relation', collection: 'posts' }, b: { type: 'json' } } } },
  });
  const rule = own.rule('posts', 'view', 'parts_via_post.b ?= a.n');
  const parts = ['5', 5, null, true].map((b, index) => ({ id: `p${index}`, post: 'x', b }));
  const { holds, deciding } = rule.explain({ document: { id: 'x', a: { n: 5 } }, documents: { parts } });
  assert.equal(holds, true);
  assert.deepEqual(deciding.values, [
    { text: 'parts_via_post.b', value: ['5', 5, null, true] },
    { text: 'a.n', value: 5 },
  ]);
});

test("Baseflare's rules are functions here too, and a table without any refuses", () => {
  const schema = defineSchema({
    users: people({}),
    todos: collection({ ownerId: text(), title: text() }),
    secrets: collection({ title: text() }),
    notices: collection({ title: text() }),
  });
  const rules = defineRules(schema, {
    todos: {
      read: ({ doc, auth }) => eq(doc.ownerId, auth.id),
      insert: ({ doc, auth }) => eq(doc.ownerId, auth.id),
      update: ({ old, auth }) => eq(old.ownerId, auth.id),
      delete: ({ doc, auth }) => eq(doc.ownerId, auth.id),
    },
    notices: { read: () => true },
    secrets: {},
  });
  const declared = language.app({ schema, rules });
  const mine = { id: 't1', ownerId: 'u1' };
  const me = { collection: 'users', record: { id: 'u1' } };
  for (const operation of ['list', 'view', 'insert', 'update', 'delete'] as const) {
    const todos = declared.rule('todos', operation);
    const answers = [{ caller: me, document: mine }, { caller: me, document: { id: 't2' } }, { document: mine }, { document: { id: 't2' } }];
    assert.deepEqual(answers.map((question) => todos.evaluate(question)), [true, false, false, false], operation);
    assert.equal(declared.rule('secrets', operation).evaluate({ caller: me, document: { id: 's1' } }), false);
  }
  assert.equal(declared.rule('notices', 'list').evaluate({ document: { id: 'n1' } }), true);
  assert.equal(declared.rule('notices', 'delete').evaluate({ caller: me, document: { id: 'n1' } }), false);
});

test('headers are named as rules name them, and the hour is now', () => {
  const ask = (text: string, question: Question) => app.rule('tasks', 'execute', text).evaluate(question);
  assert.equal(ask('@request.headers.x_token = "t"', { headers: { 'X-Token': 't' } }), true);
  assert.equal(ask('@now > "2026-01-01" && @request.method = "POST"', {}), true);
  assert.equal(ask('@now > "2026-01-01"', { now: new Date('2025-12-31T10:00:00Z') }), false);
});

test('a moment means the same in whichever form it is given', () => {
  const rule = app.rule('tasks', 'view', '@now < "2026-01-01 12:00:00Z" && @hour = 10');
  for (const now of [new Date('2026-01-01T10:00:00Z'), '2026-01-01T10:00:00Z', '2026-01-01T11:00:00+01:00', '2026-01-01 10:00:00.000Z']) {
    assert.equal(rule.evaluate({ now }), true, String(now));
  }
  for (const now of ['soon', new Date('soon')]) assert.throws(() => rule.evaluate({ now }), /now is no date/);
});

test('what is no schema, rule or question is said', () => {
  const fields = { title: { type: 'text' } };
  for (const [declaration, expected] of [
    [{ schema: { notes: { fields: { title: { type: 'txt' } } } } }, /notes\.title: there is no type `txt`.*text/],
    [{ schema: { notes: { fields: { to: { type: 'relation' } } } } }, /notes\.to: a relation says/],
    [{ schema: { notes: { fields } }, rules: { notes: { raed: 'true' } } }, /notes\.raed is no rule/],
    [{ schema: { notes: { fields } }, rules: { notes: { read: 'titel = ""' } } }, /notes, read: .*titel/],
    [{ schema: { notes: { fields } }, rules: { other: { read: 'true' } } }, /no such collection/],
    [{ schema: { notes: { fields } }, rules: { notes: { fields: { title: { mask: 'none' } } } } }, /title\.mask is no rule/],
  ] as const) {
    assert.throws(() => language.app(declaration), expected);
  }
  assert.throws(() => app.check('nothing', 'view', 'true'), /no collection nothing/);
  assert.throws(() => app.rule('tasks', 'raed' as Purpose, 'true'), /no operation raed/);
  const odd = { documnet: {} } as Question;
  assert.throws(() => app.rule('tasks', 'view', 'title = "x"').evaluate(odd), /documnet is no object that a question has/);
  assert.throws(() => app.rule('tasks', 'view', 'title = "x"').evaluate({ document: 3 } as never), /document is no object/);
});

test('the module can be given, as a Worker has it', async () => {
  const bytes = readFileSync(new URL('../../dist/rules/wasm/rules_bg.wasm', import.meta.url));
  const module = await WebAssembly.compile(bytes);
  assert.equal((await loadRules(module)).format('a=1'), 'a = 1');
});
