// Builds the bundle that workerd loads: Cargo, then wasm-bindgen, then wasm-opt,
// into dist/. Does nothing when no input changed since the last build.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cargoTarget, dist, inProject, node, root, thumbsWasmFile, wasmBindgen, wasmBindgenVersion, wasmFile, wasmOpt, wasmTarget } from './project.mjs';
import { findWasmCargo } from './rust.mjs';
import { setUp } from './setup.mjs';
import { main, run, say, SetupError } from './terminal.mjs';
import { bundleSizes } from './workerd-config.mjs';

const inputs = ['Cargo.toml', 'Cargo.lock', 'build', 'build.rs', 'crates', 'rules', 'schema', 'src', 'scripts/build.mjs'];
const stamp = join(dist, 'inputs.sha256');
const wasmFiles = [wasmFile, thumbsWasmFile];
// What a Worker has for all that it does is 128 MB; see crates/thumbs.
const thumbsMemoryBytes = 80 * 1024 * 1024;

/** Builds when an input changed; true when it did. */
export async function buildBundle() {
  const wanted = fingerprint();
  if (existsSync(stamp) && wasmFiles.every(existsSync) && readFileSync(stamp, 'utf8') === wanted) return false;
  say('compiling to Wasm');
  const compiler = findWasmCargo();
  if (!compiler) throw new SetupError(`no compiler here has the ${wasmTarget} target`, 'node scripts/setup.mjs');
  await compile(compiler, ['build', '--release', '--lib']);
  const limit = ['--', '-C', `link-arg=--max-memory=${thumbsMemoryBytes}`];
  await compile(compiler, ['rustc', '--profile', 'thumbs', '-p', 'ringfence-thumbs', '--lib', '--crate-type', 'cdylib'], limit);
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  await bind('release', 'ringfence');
  await bind('thumbs', 'ringfence_thumbs', 'thumbs');
  for (const file of wasmFiles) await optimise(file);
  writeFileSync(stamp, wanted);
  const { plain, gzip } = bundleSizes();
  say(`built ${relative(root, dist)}: the bundle is ${kilobytes(plain)}, ${kilobytes(gzip)} with gzip`);
  return true;
}

const kilobytes = (bytes) => `${(bytes / 1024).toFixed(0)} KB`;

function fingerprint() {
  const hash = createHash('sha256').update(wasmBindgenVersion);
  for (const input of inputs) {
    for (const file of filesBelow(inProject(input))) {
      hash.update(`\n${relative(root, file)}\n`).update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).sort().flatMap((name) => filesBelow(join(path, name)));
}

async function compile({ cargo, env }, words, after = []) {
  await run(cargo, [...words, '--locked', '--target', wasmTarget, ...after], {
    env: { ...env, CARGO_TARGET_DIR: cargoTarget },
  });
}

async function bind(profile, crate, name = crate) {
  const module = join(cargoTarget, wasmTarget, profile, `${crate}.wasm`);
  // The reset function is what starts a module anew: after a panic, after a picture.
  const options = ['--target', 'web', '--experimental-reset-state-function', '--no-typescript', '--omit-default-module-path'];
  await run(wasmBindgen, [...options, '--out-dir', dist, '--out-name', name, module]);
}

async function optimise(file) {
  const optimised = `${file}.opt`;
  // What rustc turns on for this target, and what every current workerd runs.
  const features = ['bulk-memory', 'bulk-memory-opt', 'multivalue', 'mutable-globals', 'nontrapping-float-to-int', 'reference-types', 'sign-ext', 'simd'];
  const options = ['-O3', '--strip-debug', '--strip-producers', ...features.map((name) => `--enable-${name}`)];
  await run(node, [wasmOpt, file, '-o', optimised, ...options]);
  renameSync(optimised, file);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main('Usage: node scripts/build.mjs\n\nBuilds dist/ when a source file changed.', async () => {
    await setUp();
    await buildBundle();
  });
}
