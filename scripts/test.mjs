// `npm test`: the set-up, then every check in CI's order, then a summary.
// All of them run, whichever fails.

import { existsSync, readdirSync } from 'node:fs';
import { buildBundle } from './build.mjs';
import { findChromium } from './chromium.mjs';
import { buildExample } from './example.mjs';
import { bundleGzipLimitBytes, inProject, node, wasmTarget } from './project.mjs';
import { findWasmCargo } from './rust.mjs';
import { setUp } from './setup.mjs';
import { main, run, say, SetupError } from './terminal.mjs';
import { bundleSizes } from './workerd-config.mjs';

const cargo = (...words) => () => run('cargo', words);

const parts = {
  format: cargo('fmt', '--all', '--check'),
  lint: cargo('clippy', '--quiet', '--workspace', '--all-targets', '--locked', '--', '-D', 'warnings'),
  'lint-wasm': lintWasm,
  bundle: checkBundle,
  native: cargo('test', '--workspace', '--locked'),
  'rules-test': cargo('run', '--quiet', '--locked', '--example', 'rules_test'),
  'rules-check': cargo('run', '--quiet', '--locked', '-p', 'ringfence-rules', '--example', 'check'),
  'rules-prove': cargo('run', '--quiet', '--release', '--locked', '-p', 'ringfence-rules', '--example', 'prove', '--', '--cases', '100000'),
  runtime: runTestsOf('runtime'),
  client: runClientTests,
  conformance: runTestsOf('conformance'),
  browser: runBrowserTests,
};

const help = `Usage: npm test -- [PART…]

Installs what is missing and runs every part, or those that are named:
  ${Object.keys(parts).join('  ')}`;

await main(help, async (names) => {
  for (const name of names) {
    if (!(name in parts)) throw new SetupError(`there is no part ${name}`, help);
  }
  await setUp();
  const failed = [];
  const chosen = names.length ? names : Object.keys(parts);
  for (const name of chosen) {
    say(`${name} …`);
    const started = Date.now();
    const outcome = await parts[name]().then(() => 'passed', (error) => explain(error));
    if (outcome !== 'passed') failed.push(name);
    say(`${name}: ${outcome} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  }
  if (failed.length) say(`failed: ${failed.join(', ')}`);
  console.log(`parts: ${chosen.length - failed.length} passed, ${failed.length} failed`);
  if (failed.length) process.exitCode = 1;
});

function explain(error) {
  if (!(error instanceof SetupError)) throw error;
  return `FAILED: ${error.message}`;
}

// Clippy belongs to the host's toolchain; where only Debian's can compile to Wasm,
// the build itself is the check.
async function lintWasm() {
  if (findWasmCargo()?.isHost) {
    await run('cargo', ['clippy', '--quiet', '--lib', '--locked', '--target', wasmTarget, '--', '-D', 'warnings']);
  } else {
    say("this machine's clippy has no Wasm target; the bundle's build checks that it compiles");
  }
}

async function checkBundle() {
  await buildBundle();
  const { gzip } = bundleSizes();
  say(`the bundle is ${gzip} bytes with gzip, of ${bundleGzipLimitBytes}`);
  if (gzip > bundleGzipLimitBytes) throw new SetupError('the bundle is over its budget');
}

// Installs the browser before the tests begin, so that their time is their own.
async function runBrowserTests() {
  await buildExample();
  await findChromium();
  await runTestsOf('browser')();
}

// The test files of a folder of tests/, against the bundle on workerd.
function runTestsOf(name) {
  return async () => {
    await buildBundle();
    const folder = inProject('tests', name);
    const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.test.mjs')) : [];
    if (!files.length) throw new SetupError(`there are no tests in tests/${name}`);
    // Two files at once fit two cores, and each test has its own server.
    await run(node, ['--test', '--test-concurrency=2', ...files.map((file) => `tests/${name}/${file}`)]);
  };
}

async function runClientTests() {
  await buildBundle();
  await run(node, [inProject('client-ts', 'scripts', 'test.mjs')]);
}
