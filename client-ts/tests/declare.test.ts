// Schema and rules in TypeScript become the same TOML that people write, and what
// would lose a condition is refused.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  and,
  any,
  at,
  bool,
  collection,
  contains,
  date,
  defineRules,
  defineSchema,
  endsWith,
  eq,
  gt,
  gte,
  json,
  lower,
  lt,
  lte,
  macro,
  ne,
  noneOf,
  not,
  now,
  number,
  oneOf,
  or,
  people,
  raw,
  relation,
  select as choice,
  startsWith,
  text,
  type Rule,
  type UpdateContext,
} from 'ringfence/declare';
import { parse } from 'smol-toml';
import { rules as appRules, schema as appSchema } from './fixtures/declared/app.js';

const folder = fileURLToPath(new URL('../../', import.meta.url));
const fixtures = join(folder, 'tests/fixtures/declared');
const temporary = mkdtempSync(join(tmpdir(), 'ringfence-declare-'));
after(() => rmSync(temporary, { recursive: true, force: true }));

const schema = defineSchema({
  users: people({ name: text(), level: number() }),
  posts: collection({
    author: relation('users'),
    text: text(),
    scope: text(),
    public: bool(),
    due: date(),
    tags: choice(['a', 'b'], { many: true }),
    extra: json(),
    constructor: text(),
  }),
});

/** The text that a rule becomes. */
function written(rule: Rule<UpdateContext<typeof schema, 'posts'>>): string | undefined {
  return defineRules(schema, { posts: { update: rule } })['posts']?.['update'] as string;
}

test('every form of a condition is written as the language has it', () => {
  for (const [rule, expected] of [
    [() => true, 'true'],
    [({ doc }) => doc.public, 'public'],
    [({ doc, auth }) => eq(doc.author, auth.id), 'author = @request.auth.id'],
    [({ doc }) => ne(doc.author, null), 'author != null'],
    [({ doc }) => eq(doc.text, 'say "hi"'), 'text = "say \\"hi\\""'],
    [({ doc }) => eq(doc.text, 'x\\'), 'text = "x\\\\"'],
    [({ doc }) => eq(doc.scope, doc.constructor), 'scope = constructor'],
    [({ doc }) => lt(doc.due, now), 'due < @now'],
    [({ doc }) => lte(doc.due, '2026-01-01'), 'due <= "2026-01-01"'],
    [({ auth }) => gt(auth.level, 3), '@request.auth.level > 3'],
    [({ doc }) => gte(doc.due, new Date(0)), 'due >= "1970-01-01 00:00:00.000Z"'],
    [({ doc }) => contains(doc.text, 'x'), 'text ~ "x"'],
    [({ doc }) => and(startsWith(doc.text, 'x'), endsWith(doc.text, 'y')), 'text ^ "x" && text $ "y"'],
    [({ doc }) => eq(any(doc.tags), 'a'), 'tags ?= "a"'],
    [({ doc }) => oneOf(doc.tags, ['a', 'b']), 'tags IN ("a", "b")'],
    [({ doc }) => noneOf(doc.author, ['x']), 'author NOT IN ("x")'],
    [({ old, next }) => eq(next.author, old.author), 'new.author = old.author'],
    [({ doc }) => not(or(doc.public, eq(doc.text, ''))), '!(public || text = "")'],
    [({ doc, auth }) => and(or(doc.public, eq(doc.author, auth.id)), eq(doc.text, 'x')), '(public || author = @request.auth.id) && text = "x"'],
    [({ doc }) => eq(lower(doc.author.name), 'ann'), 'lower(author.name) = "ann"'],
    [({ auth }) => eq(any(auth.posts_via_author.text), 'x'), '@request.auth.posts_via_author.text ?= "x"'],
    [({ doc, request }) => eq(doc.text, request.body('text')), 'text = @request.body.text'],
    [({ request }) => eq(request.method, 'GET'), '@request.method = "GET"'],
    [({ doc }) => eq(at(doc.extra, 'kind'), 'x'), 'extra.kind = "x"'],
    [() => and(macro('has_role', 'admin'), raw('a = 1 || b = 2')), '@has_role("admin") && (a = 1 || b = 2)'],
    [({ doc, select }) => oneOf(doc.author, select('users', 'id')), 'author IN (SELECT id FROM users)'],
    [
      ({ doc, auth, select }) => oneOf(doc.author, select('users', 'id', (user) => and(eq(user.name, 'x'), eq(user.id, auth.id)))),
      'author IN (SELECT id FROM users WHERE name = "x" && id = @request.auth.id)',
    ],
  ] as [Rule<UpdateContext<typeof schema, 'posts'>>, string][]) {
    assert.equal(written(rule), expected);
  }
});

test('a rule that would not say what it looks like is refused', () => {
  const lost = ({ doc, auth }: UpdateContext<typeof schema, 'posts'>) => eq(doc.author, auth.id) && eq(doc.public, true);
  assert.throws(() => written(lost), /does not return: author = @request\.auth\.id\. Join them by and\(\)/);
  for (const [rule, expected] of [
    [({ doc, auth }) => doc.author !== auth.id, /returns true, which is no condition/],
    [({ doc, auth }) => doc.author === auth.id, /returns false, which is no condition/],
    [async ({ doc, auth }) => eq(doc.author, auth.id), /is async/],
    [() => undefined, /returns undefined/],
    [() => 'true', /returns true, which is no condition/],
    [
      ({ doc, select }) => oneOf(doc.author, select('users', 'id', (user) => eq(user.name, doc.text))),
      /subquery of users speaks of `doc`: name = text\. Inside it, take the second parameter/,
    ],
    [({ doc }) => oneOf(doc.author, []), /at least one value/],
  ] as [(context: UpdateContext<typeof schema, 'posts'>) => unknown, RegExp][]) {
    assert.throws(() => written(rule as never), expected);
  }
  assert.throws(() => defineRules(schema, { nothing: {} } as never), /nothing, which is not declared/);
  assert.throws(() => defineRules(schema, { posts: { remove: () => true } } as never), /for no operation/);
});

test('a subquery asks about the document by its second parameter', () => {
  const written = (operation: 'read' | 'insert' | 'update' | 'delete') =>
    defineRules(schema, {
      posts: { [operation]: ({ select, doc }: UpdateContext<typeof schema, 'posts'>) =>
        oneOf(doc.author, select('users', 'id', (user, own) => eq(user.name, own.text))) },
    })['posts']?.[operation];
  for (const operation of ['read', 'update', 'delete'] as const) {
    assert.equal(written(operation), 'author IN (SELECT id FROM users WHERE name = old.text)');
  }
  assert.equal(written('insert'), 'author IN (SELECT id FROM users WHERE name = new.text)');
});

test('rules of fields are written beside those of their records', () => {
  const rules = defineRules(schema, {
    users: {
      read: () => true,
      fields: {
        level: { read: ({ doc, auth }) => eq(doc.id, auth.id), write: ({ auth }) => gt(auth.level, 3) },
        name: { mask: 'name', unmasked: ['support'] },
        email: { mask: { first: 1 }, unmasked: ({ auth }) => eq(auth.verified, true) },
      },
    },
  });
  assert.deepEqual(rules['users'], {
    read: 'true',
    fields: {
      level: { read: 'id = @request.auth.id', write: '@request.auth.level > 3' },
      name: { mask: 'name', unmasked: ['support'] },
      email: { mask: { first: 1 }, unmasked: '@request.auth.verified = true' },
    },
  });
  const odd = { posts: { fields: { text: { raed: () => true } } } } as never;
  assert.throws(() => defineRules(schema, odd), /posts\.fields\.text\.raed is none/);
});

test('a collection without rules, and an operation without one, has none', () => {
  const rules = defineRules(schema, { posts: { read: () => true } });
  assert.deepEqual(rules, { posts: { read: 'true' } });
});

test('an app in TypeScript is the same app in TOML', () => {
  const flat = (rule: unknown): string => String(rule).replace(/\s+/g, ' ').replace(/\( /g, '(').replace(/ \)/g, ')').trim();
  for (const [name, declared] of Object.entries(appSchema)) {
    const { kind, ...written } = JSON.parse(JSON.stringify(declared)) as { kind: string };
    const toml = parse(readFileSync(join(fixtures, 'schema', `${name}.toml`), 'utf8'));
    assert.deepEqual(kind === 'auth' ? { kind, ...written } : written, JSON.parse(JSON.stringify(toml)), name);
    const rules = parse(readFileSync(join(fixtures, 'rules', `${name}.toml`), 'utf8'));
    assert.deepEqual(Object.keys(appRules[name] ?? {}).sort(), Object.keys(rules).sort(), name);
    for (const [operation, rule] of Object.entries(rules)) assert.equal(appRules[name]?.[operation], flat(rule), `${name}.${operation}`);
  }
});

async function declare(...args: string[]): Promise<{ code: number; output: string }> {
  const ran = promisify(execFile)(process.execPath, [join(folder, 'dist/cli.js'), 'declare', ...args], { cwd: temporary });
  return ran.then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, output: error.stdout + error.stderr }),
  );
}

test('the command writes the files, keeps those written by hand, and says what is not declared any more', async () => {
  const module = fileURLToPath(new URL('./fixtures/declared/app.js', import.meta.url));
  assert.equal((await declare(module, '--check')).code, 1);
  assert.match((await declare(module)).output, /wrote schema\/users\.toml[\s\S]*wrote rules\/users\.toml/);
  assert.deepEqual(await declare(module, '--check'), { code: 0, output: '' });
  assert.equal(readdirSync(join(temporary, 'schema')).length, 7);
  const tasks = parse(readFileSync(join(temporary, 'schema', 'tasks.toml'), 'utf8'));
  assert.equal(JSON.stringify(tasks['fields']), JSON.stringify(appSchema.tasks.fields));

  writeFileSync(join(temporary, 'schema', 'gone.toml'), readFileSync(join(temporary, 'schema', 'users.toml')));
  assert.match((await declare(module)).output, /gone\.toml is not declared in app\.js any more/);
  rmSync(join(temporary, 'schema', 'gone.toml'));

  writeFileSync(join(temporary, 'rules', 'notes.toml'), 'read = "true"\n');
  assert.match((await declare(module)).output, /notes\.toml was written by hand/);
  assert.equal(readFileSync(join(temporary, 'rules', 'notes.toml'), 'utf8'), 'read = "true"\n');
});

test('a module that declares nothing is named', async () => {
  writeFileSync(join(temporary, 'empty.mjs'), 'export const other = 1;\n');
  assert.match((await declare('empty.mjs')).output, /exports no `schema`/);
  assert.match((await declare('missing.mjs')).output, /missing\.mjs cannot be read/);
  assert.match((await declare()).output, /name one module/);
});
