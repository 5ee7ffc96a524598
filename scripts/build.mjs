// Builds the bundle that workerd loads: Cargo, then wasm-bindgen, then wasm-opt,
// into dist/. Does nothing when no input changed since the last build.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { cargoTarget, dist, inProject, node, root, wasmBindgen, wasmBindgenVersion, wasmFile, wasmOpt, wasmTarget } from './project.mjs';
import { findWasmCargo } from './rust.mjs';
import { setUp } from './setup.mjs';
import { main, run, say, SetupError } from './terminal.mjs';

const inputs = ['Cargo.toml', 'Cargo.lock', 'build', 'build.rs', 'crates', 'rules', 'schema', 'src', 'scripts/build.mjs'];
const stamp = join(dist, 'inputs.sha256');

/** Builds when an input changed; true when it did. */
export async function buildBundle() {
  const wanted = fingerprint();
  if (existsSync(stamp) && existsSync(wasmFile) && readFileSync(stamp, 'utf8') === wanted) return false;
  say('compiling to Wasm');
  await compile();
  await bind();
  await optimise();
  writeFileSync(stamp, wanted);
  const { wasm, gzip } = bundleSizes();
  say(`built ${relative(root, wasmFile)}: ${kilobytes(wasm)}, ${kilobytes(gzip)} with gzip`);
  return true;
}

/** Bytes of the module, plain and gzipped. */
export function bundleSizes() {
  const bytes = readFileSync(wasmFile);
  return { wasm: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
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

async function compile() {
  const wasm = findWasmCargo();
  if (!wasm) throw new SetupError(`no compiler here has the ${wasmTarget} target`, 'node scripts/setup.mjs');
  await run(wasm.cargo, ['build', '--release', '--locked', '--lib', '--target', wasmTarget], {
    env: { ...wasm.env, CARGO_TARGET_DIR: cargoTarget },
  });
}

async function bind() {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const module = join(cargoTarget, wasmTarget, 'release', 'ringfence.wasm');
  // The reset function is what the panic guard of entry.mjs starts anew with.
  const options = ['--target', 'web', '--experimental-reset-state-function', '--no-typescript', '--omit-default-module-path'];
  await run(wasmBindgen, [...options, '--out-dir', dist, '--out-name', 'ringfence', module]);
}

async function optimise() {
  const optimised = `${wasmFile}.opt`;
  // What rustc turns on for this target, and what every current workerd runs.
  const features = ['bulk-memory', 'bulk-memory-opt', 'multivalue', 'mutable-globals', 'nontrapping-float-to-int', 'reference-types', 'sign-ext', 'simd'];
  const options = ['-O3', '--strip-debug', '--strip-producers', ...features.map((name) => `--enable-${name}`)];
  await run(node, [wasmOpt, wasmFile, '-o', optimised, ...options]);
  renameSync(optimised, wasmFile);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main('Usage: node scripts/build.mjs\n\nBuilds dist/ when a source file changed.', async () => {
    await setUp();
    await buildBundle();
  });
}
