// The command line: what it writes, and what it says when it cannot.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const folder = fileURLToPath(new URL('../../', import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), 'ringfence-cli-'));
after(() => rmSync(temporary, { recursive: true, force: true }));

async function ringfence(...args: string[]): Promise<{ code: number; output: string }> {
  const ran = promisify(execFile)(process.execPath, [join(folder, 'dist/cli.js'), ...args], { cwd: folder });
  return ran.then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, output: error.stdout + error.stderr }),
  );
}

function schemaOf(files: Record<string, string>): string {
  const path = mkdtempSync(join(temporary, 'schema-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

test('the types of the blog are those of its schema and rules', async () => {
  const blog = 'tests/fixtures/blog';
  const flags = ['--schema', `${blog}/schema`, '--rules', `${blog}/rules`, '--out', `${blog}/types.ts`];
  const { code, output } = await ringfence('types', ...flags, '--check');
  assert.equal(code, 0, `${output}\nrun: node dist/cli.js types ${flags.join(' ')}`);
});

test('types that are not up to date are a failure, and then written', async () => {
  const schema = schemaOf({ 'notes.toml': '[fields.title]\ntype = "text"\n' });
  const out = join(temporary, 'deep', 'types.ts');
  assert.equal((await ringfence('types', '--schema', schema, '--out', out, '--check')).code, 1);
  assert.match((await ringfence('types', '--schema', schema, '--out', out)).output, /wrote/);
  assert.match(readFileSync(out, 'utf8'), /export interface NotesRecord/);
  assert.equal((await ringfence('types', '--schema', schema, '--out', out, '--check')).code, 0);
});

test('collections whose types would have one name get two', async () => {
  const text = '[fields.a]\ntype = "bool"\n';
  const { output } = await ringfence('types', '--schema', schemaOf({ 'my_posts.toml': text, 'myPosts.toml': text }));
  assert.match(output, /interface MyPostsRecord[\s\S]*interface MyPosts2Record/);
});

test('a mistake is named with its file', async () => {
  for (const [files, expected] of [
    [{ 'a.toml': '[fields.x\ntype = 1' }, /a\.toml:1:\d+: /],
    [{ 'a.toml': '[fields.x]\nmax = 1\n' }, /a\.toml: the field x has no type/],
    [{ 'a.toml': '[fields.x]\ntype = "txt"\n' }, /unknown type "txt"/],
    [{ 'a.toml': '[fields.x]\ntype = "relation"\ncollection = "b"\n' }, /leads to b, which is not declared/],
  ] as const) {
    const { code, output } = await ringfence('types', '--schema', schemaOf(files));
    assert.equal(code, 1);
    assert.match(output, expected);
    assert.doesNotMatch(output, /at .*\.js:\d+/);
  }
  assert.match((await ringfence('types', '--schema', 'nowhere')).output, /no folder nowhere/);
});

test('an unknown command or flag says what there is', async () => {
  for (const args of [['tpyes'], ['types', '--outt', 'x']]) {
    const { code, output } = await ringfence(...args);
    assert.equal(code, 1);
    assert.match(output, /tpyes|outt/);
  }
  assert.equal((await ringfence()).code, 0);
  assert.match((await ringfence('types', '--help')).output, /Usage/);
});

test('a word that is no flag is refused, not passed over', async () => {
  for (const args of [['check', '--schema', '../schema', '--rules', '../rules', 'elsewhere'], ['types', 'elsewhere', '--schema', '../schema']]) {
    const { code, output } = await ringfence(...args);
    assert.equal(code, 1);
    assert.match(output, /"elsewhere" is not understood/);
  }
});

test('the command runs from a copy of its one file', async () => {
  const copy = join(temporary, 'cli.mjs');
  cpSync(join(folder, 'dist/cli.js'), copy);
  const { stdout } = await promisify(execFile)(process.execPath, [copy, 'help'], { cwd: temporary });
  assert.match(stdout, /ringfence <command>/);
});
