// The Wasm modules of the package, from the crates beside this folder: the check of
// schema and rules for the command line in .check/, the rule language in .rules/.
// Does nothing when no input changed.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { cargoTarget, inProject, node, tools, wasmBindgen, wasmBindgenVersion, wasmOpt, wasmPack, wasmTarget } from '../../scripts/project.mjs';
import { findWasmCargo } from '../../scripts/rust.mjs';
import { installWasmPack, setUp } from '../../scripts/setup.mjs';
import { run, say } from '../../scripts/terminal.mjs';
import { folder } from './terminal.mjs';

const shared = ['Cargo.toml', 'Cargo.lock', 'client-ts/scripts/wasm.mjs', 'crates/schema', 'crates/rules'];
export const checkFolder = join(folder, '.check');
export const rulesFolder = join(folder, '.rules');

/** Builds those of which an input changed. */
export async function buildModules() {
  await buildOnce(checkFolder, ['build/declare.rs', 'client-ts/check'], buildCheck);
  await buildOnce(rulesFolder, ['crates/rules-wasm'], buildRules);
}

async function buildOnce(out, inputs, build) {
  const stamp = join(out, 'inputs.sha256');
  const wanted = fingerprint([...shared, ...inputs]);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  await setUp();
  rmSync(out, { recursive: true, force: true });
  await build();
  writeFileSync(stamp, wanted);
}

async function buildCheck() {
  say('compiling the check to Wasm');
  const { cargo, env } = findWasmCargo();
  // It is loaded by a command that somebody waits for, and is part of what they install: small.
  const small = ['--config', 'profile.release.opt-level="z"'];
  await run(cargo, ['build', '--quiet', '--release', '--locked', '-p', 'ringfence-check', '--target', wasmTarget, ...small], {
    env: { ...env, CARGO_TARGET_DIR: cargoTarget },
  });
  const module = join(cargoTarget, wasmTarget, 'release', 'ringfence_check.wasm');
  await run(wasmBindgen, ['--target', 'web', '--no-typescript', '--omit-default-module-path', '--out-dir', checkFolder, '--out-name', 'check', module]);
  await optimise(join(checkFolder, 'check_bg.wasm'));
}

/**
 * wasm-pack calls the `cargo`, `rustc` and `wasm-bindgen` that it finds first, so
 * that it is told of ours by the PATH: the host's compiler, or Debian's where rustup
 * has no Wasm target. It fetches nothing and leaves optimising to us.
 */
async function buildRules() {
  await installWasmPack();
  say('compiling the rule language to Wasm');
  const { env } = findWasmCargo();
  const options = ['--mode', 'no-install', '--no-opt', '--no-pack', '--no-typescript', '--target', 'web', '--profile', 'rules-wasm'];
  await run(wasmPack, ['--quiet', 'build', inProject('crates', 'rules-wasm'), ...options, '--out-dir', rulesFolder, '--out-name', 'rules', '--', '--locked'], {
    env: {
      ...env,
      PATH: [dirname(wasmBindgen), env.PATH ?? process.env.PATH].join(delimiter),
      CARGO_TARGET_DIR: cargoTarget,
      WASM_PACK_CACHE: join(tools, 'wasm-pack-cache'),
    },
  });
  await optimise(join(rulesFolder, 'rules_bg.wasm'));
}

async function optimise(wasm) {
  // What rustc turns on for this target, and Node 20 runs.
  const features = ['bulk-memory', 'bulk-memory-opt', 'multivalue', 'mutable-globals', 'nontrapping-float-to-int', 'reference-types', 'sign-ext'];
  // Nothing lies in the first kilobyte: that is the far end of the stack. Flat code is
  // joined anew in fewer bytes.
  const small = ['--low-memory-unused', '--flatten', '--rereloop', '-Oz', '-Oz'];
  await run(node, [wasmOpt, wasm, '-o', wasm, ...small, '--strip-debug', '--strip-producers', ...features.map((name) => `--enable-${name}`)]);
}

function fingerprint(inputs) {
  const hash = createHash('sha256').update(wasmBindgenVersion);
  for (const path of inputs.flatMap((input) => filesBelow(inProject(input)))) hash.update(path.slice(inProject().length)).update(readFileSync(path));
  return hash.digest('hex');
}

function filesBelow(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).sort().flatMap((name) => filesBelow(join(path, name)));
}
