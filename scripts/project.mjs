// Where things are in this project, and the versions that are pinned outside
// package.json and Cargo.lock. Holds facts only; it does nothing.

import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const inProject = (...parts) => join(root, ...parts);

/** What the set-up installs and a clone does not have; git ignores it. */
export const tools = inProject('.tools');
/** The built part of the bundle: the Wasm modules and the glue that loads them. */
export const dist = inProject('dist');
export const wasmFile = join(dist, 'ringfence_bg.wasm');
/** Makes thumbs; instantiated when the first is asked for. */
export const thumbsWasmFile = join(dist, 'thumbs_bg.wasm');

export const wasmTarget = 'wasm32-unknown-unknown';
/** The tool and the crate must be of one version, so Cargo.toml decides it. */
export const wasmBindgenVersion = /^wasm-bindgen = "=([\d.]+)"/m.exec(
  readFileSync(inProject('Cargo.toml'), 'utf8'),
)[1];
export const wasmBindgen = join(tools, `wasm-bindgen-${wasmBindgenVersion}`, 'bin', 'wasm-bindgen');

/** Builds the rule language for browsers (client-ts). */
export const wasmPackVersion = '0.15.1';
export const wasmPack = join(tools, `wasm-pack-${wasmPackVersion}`, 'bin', 'wasm-pack');

export const node = inProject('node_modules', '.bin', 'node');
export const wasmOpt = inProject('node_modules', 'binaryen', 'bin', 'wasm-opt');
export const wrangler = inProject('node_modules', 'wrangler', 'bin', 'wrangler.js');

/** Cargo's own output folder, wherever the environment puts it. */
export const cargoTarget = process.env.CARGO_TARGET_DIR
  ? resolve(process.env.CARGO_TARGET_DIR)
  : inProject('target');

export const bundleGzipLimitBytes = 1024 * 1024;
