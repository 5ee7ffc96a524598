// Which Cargo compiles to Wasm, and with what environment. Asks rustup for the
// target where it is missing, and falls back to Debian's compiler (debian.mjs)
// where rustup cannot give it. Never touches the toolchain that builds the host.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { debianToolchain, installDebianToolchain } from './debian.mjs';
import { wasmTarget } from './project.mjs';
import { ask, run, say, SetupError } from './terminal.mjs';

/** `{cargo, env}` to build for Wasm with, or null when nothing installed can. */
export function findWasmCargo() {
  const sysroot = ask('rustc', ['--print', 'sysroot']);
  if (sysroot && existsSync(join(sysroot, 'lib', 'rustlib', wasmTarget, 'lib'))) {
    return { cargo: 'cargo', env: {}, isHost: true };
  }
  return debianToolchain();
}

/** Installs what is missing to compile to Wasm. */
export async function installWasmCargo() {
  if (!ask('cargo', ['--version'])) {
    throw new SetupError('there is no cargo on the PATH', 'Install Rust from https://rustup.rs');
  }
  if (findWasmCargo()) return;
  if (ask('rustup', ['--version'])) {
    say(`adding the ${wasmTarget} target with rustup`);
    await run('rustup', ['target', 'add', wasmTarget], { env: { RUST_BACKTRACE: '0' } }).catch(() =>
      say('rustup could not fetch it'),
    );
    if (findWasmCargo()) return;
  }
  await installDebianToolchain();
  if (findWasmCargo()) return;
  throw new SetupError(
    `no Rust compiler here has the ${wasmTarget} target`,
    `rustup target add ${wasmTarget}`,
  );
}
