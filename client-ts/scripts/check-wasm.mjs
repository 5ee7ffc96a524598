// The check of schema and rules as Wasm, in .check/: the crate beside this folder,
// by the project's own tools. Does nothing when no input changed.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cargoTarget, inProject, node, wasmBindgen, wasmBindgenVersion, wasmOpt, wasmTarget } from '../../scripts/project.mjs';
import { findWasmCargo } from '../../scripts/rust.mjs';
import { setUp } from '../../scripts/setup.mjs';
import { run, say } from '../../scripts/terminal.mjs';
import { folder } from './terminal.mjs';

const inputs = ['Cargo.toml', 'Cargo.lock', 'build/declare.rs', 'client-ts/check', 'client-ts/scripts/check-wasm.mjs', 'crates'];
export const checkFolder = join(folder, '.check');

/** Builds it when an input changed. */
export async function buildCheck() {
  const stamp = join(checkFolder, 'inputs.sha256');
  const wanted = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  await setUp();
  say('compiling the check to Wasm');
  const { cargo, env } = findWasmCargo();
  // It is loaded by a command that somebody waits for, and is part of what they install: small.
  const small = ['--config', 'profile.release.opt-level="z"'];
  await run(cargo, ['build', '--quiet', '--release', '--locked', '-p', 'ringfence-check', '--target', wasmTarget, ...small], {
    env: { ...env, CARGO_TARGET_DIR: cargoTarget },
  });
  rmSync(checkFolder, { recursive: true, force: true });
  mkdirSync(checkFolder, { recursive: true });
  const module = join(cargoTarget, wasmTarget, 'release', 'ringfence_check.wasm');
  await run(wasmBindgen, ['--target', 'web', '--no-typescript', '--omit-default-module-path', '--out-dir', checkFolder, '--out-name', 'check', module]);
  const wasm = join(checkFolder, 'check_bg.wasm');
  // What rustc turns on for this target, and Node 20 runs.
  const features = ['bulk-memory', 'bulk-memory-opt', 'multivalue', 'mutable-globals', 'nontrapping-float-to-int', 'reference-types', 'sign-ext'];
  await run(node, [wasmOpt, wasm, '-o', wasm, '-Oz', '--strip-debug', '--strip-producers', ...features.map((name) => `--enable-${name}`)]);
  writeFileSync(stamp, wanted);
}

function fingerprint() {
  const hash = createHash('sha256').update(wasmBindgenVersion);
  for (const path of inputs.flatMap((input) => filesBelow(inProject(input)))) hash.update(path.slice(inProject().length)).update(readFileSync(path));
  return hash.digest('hex');
}

function filesBelow(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).sort().flatMap((name) => filesBelow(join(path, name)));
}
