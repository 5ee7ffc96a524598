// Installs what a fresh clone lacks to build, run and test: the npm packages,
// the Wasm target, wasm-bindgen. Says what it does, does nothing twice.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { inProject, node, tools, wasmBindgen, wasmBindgenVersion, wasmOpt, wasmPack, wasmPackVersion, wrangler } from './project.mjs';
import { installWasmCargo } from './rust.mjs';
import { ask, main, run, say, SetupError } from './terminal.mjs';

export async function setUp() {
  requireNode();
  mkdirSync(tools, { recursive: true });
  await installPackages();
  await installWasmCargo();
  await installWasmBindgen();
}

function requireNode() {
  if (Number(process.versions.node.split('.')[0]) >= 20) return;
  throw new SetupError(`Node ${process.versions.node} is too old; these scripts need 20 or newer`);
}

// The stamp lies inside node_modules, so that removing the folder removes it.
async function installPackages() {
  const stamp = inProject('node_modules', '.ringfence-lock');
  const lock = createHash('sha256').update(readFileSync(inProject('package-lock.json'))).digest('hex');
  const isCurrent = existsSync(stamp) && readFileSync(stamp, 'utf8') === lock;
  if (isCurrent && existsSync(node) && existsSync(wrangler)) return;
  say('installing the npm packages');
  await run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
  if (!ask(node, ['--version']) || !existsSync(wasmOpt)) {
    throw new SetupError(
      'the npm package `node` did not install its binary: install scripts are switched off',
      'npm ci --ignore-scripts=false',
    );
  }
  writeFileSync(stamp, lock);
}

async function installWasmBindgen() {
  if (existsSync(wasmBindgen)) return;
  say(`building wasm-bindgen ${wasmBindgenVersion} into .tools (2 to 4 minutes, once)`);
  const install = ['install', 'wasm-bindgen-cli', '--version', wasmBindgenVersion];
  // Without --locked: the published lock file names a version that was withdrawn.
  await run('cargo', [...install, '--root', wasmBindgen.replace(/\/bin\/.*$/, '')], {
    hint: `cargo ${install.join(' ')}`,
  });
}

/** For those who build the client's package; the server needs none. */
export async function installWasmPack() {
  if (existsSync(wasmPack)) return;
  say(`building wasm-pack ${wasmPackVersion} into .tools (1 to 2 minutes, once)`);
  const install = ['install', 'wasm-pack', '--version', wasmPackVersion, '--locked'];
  // Unoptimised: it only calls others.
  await run('cargo', [...install, '--debug', '--root', wasmPack.replace(/\/bin\/.*$/, '')], {
    env: { CARGO_PROFILE_DEV_DEBUG: '0' },
    hint: `cargo ${install.join(' ')}`,
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main('Usage: node scripts/setup.mjs\n\nInstalls what is missing to build, run and test.', async () => {
    await setUp();
    say('everything is there');
  });
}
