// What the published package promises: its size, no dependencies, no side effects, no dead links.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const folder = fileURLToPath(new URL('../../', import.meta.url));
const budgetBytes = 10 * 1024;
/** The rule language whole: the module and what loads it. */
const rulesBudgetBytes = 150 * 1000;

async function bundle(source: string): Promise<Uint8Array> {
  const result = await build({
    stdin: { contents: source, resolveDir: folder },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  });
  const [file] = result.outputFiles;
  assert.ok(file);
  return file.contents;
}

test('all of the client is within its budget', async (t) => {
  const bytes = gzipSync(await bundle(`export * from 'ringfence'; export * from 'ringfence/files'`), { level: 9 }).length;
  t.diagnostic(`${bytes} bytes with gzip, of ${budgetBytes}`);
  assert.ok(bytes <= budgetBytes, `${bytes} bytes with gzip, more than ${budgetBytes}`);
});

test('what is not used is left out', async () => {
  assert.equal((await bundle(`import 'ringfence'`)).length, 0);
  const one = await bundle(`import { filter } from 'ringfence'; console.log(filter)`);
  assert.ok(!Buffer.from(one).includes('authorization'));
});

test('the rule language in the browser is within its budget', async (t) => {
  const module = readFileSync(`${folder}dist/rules/wasm/rules_bg.wasm`);
  const loader = await bundle(`export * from 'ringfence/rules'`);
  const [bytes = 0, more = 0] = [module, loader].map((part) => gzipSync(part, { level: 9 }).length);
  t.diagnostic(`${bytes} and ${more} bytes with gzip, of ${rulesBudgetBytes}`);
  assert.ok(bytes + more <= rulesBudgetBytes, `${bytes + more} bytes with gzip, more than ${rulesBudgetBytes}`);
});

test('nothing is installed along', () => {
  const manifest = JSON.parse(readFileSync(`${folder}package.json`, 'utf8')) as Record<string, unknown>;
  assert.equal(manifest['dependencies'], undefined);
  assert.equal(manifest['peerDependencies'], undefined);
});

test('the links of its documents lead to files that it has', () => {
  const documents = ['README.md', ...readdirSync(`${folder}dist/docs`).map((name) => `dist/docs/${name}`)];
  const links = documents.flatMap((from) =>
    [...readFileSync(join(folder, from), 'utf8').matchAll(/\]\(([^)#]+)/g)].map(([, to = '']) => ({ from, to })),
  );
  assert.ok(links.length > 0);
  const dead = links.filter(({ from, to }) => {
    const path = join(dirname(from), to);
    return !/^https?:/.test(to) && !(path.startsWith('dist/') && existsSync(join(folder, path)));
  });
  assert.deepEqual(dead, []);
});
