// A Rust compiler with a Wasm standard library from Debian's packages, unpacked
// in .tools and built once. For machines where rustup's server is out of reach;
// installs nothing on the system and needs no root, apart from `apt-get update`
// when the package lists are missing.

import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tools, wasmTarget } from './project.mjs';
import { ask, run, say, SetupError } from './terminal.mjs';

const packages = ['rustc-web', 'cargo-web', 'rust-web-src', 'lld-19'];
const home = join(tools, 'debian');
const usr = join(home, 'usr');
const std = join(usr, 'lib', 'rustlib', wasmTarget, 'lib');

const environment = {
  PATH: `${join(usr, 'bin')}:${process.env.PATH}`,
  LD_LIBRARY_PATH: join(usr, 'lib', 'x86_64-linux-gnu'),
  RUSTC: join(usr, 'bin', 'rustc'),
  CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER: 'wasm-ld-19',
};
const cargo = join(usr, 'bin', 'cargo');

/** `{cargo, env}` when it is installed whole, else null. */
export function debianToolchain() {
  return existsSync(std) ? { cargo, env: environment, isHost: false } : null;
}

export async function installDebianToolchain() {
  if (!isDebian()) return;
  if (!existsSync(cargo)) await unpackCompiler();
  await buildStd();
}

/** Whether there is what unpacks Debian's packages. */
export const isDebian = () => Boolean(ask('apt-get', ['--version']) && ask('dpkg-deb', ['--version']));

async function unpackCompiler() {
  say(`fetching ${packages.join(', ')} from Debian into .tools (about 170 MB)`);
  await unpackPackages(home, ['--reinstall', ...packages, ...ownLibraries()], `apt-get update && apt-get install ${packages.join(' ')}`);
}

/**
 * Unpacks Debian packages, with what they need and the system lacks, into a folder.
 * `hint` is the command that would do the same.
 */
export async function unpackPackages(folder, words, hint) {
  const archives = `${folder}-archives`;
  mkdirSync(join(archives, 'partial'), { recursive: true });
  const options = ['-o', `Dir::Cache::archives=${archives}`, '-o', 'Debug::NoLocking=1'];
  await run('apt-get', ['update', '-qq']).catch(() => say('apt-get update failed; using the lists there are'));
  const download = ['install', '-qq', '-y', '--download-only', '--no-install-recommends'];
  await run('apt-get', [...download, ...options, ...words], { env: { DEBIAN_FRONTEND: 'noninteractive' }, hint });
  const unpacked = `${folder}.new`;
  rmSync(unpacked, { recursive: true, force: true });
  mkdirSync(unpacked, { recursive: true });
  for (const file of readdirSync(archives).filter((name) => name.endsWith('.deb'))) {
    await run('dpkg-deb', ['-x', join(archives, file), unpacked]);
  }
  renameSync(unpacked, folder);
  rmSync(archives, { recursive: true });
}

// Named one by one, as apt leaves out a dependency that the system already has,
// and the compiler looks for these beside itself.
function ownLibraries() {
  const only = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'];
  const listed = ask('apt-cache', ['depends', '--recurse', ...only.map((kind) => `--no-${kind}`), 'rustc-web']);
  const names = (listed ?? '').split('\n').filter((line) => /^(libstd-rust-web|libllvm)/.test(line));
  return [...new Set(names)];
}

// Debian ships the source of std but not its Wasm build.
async function buildStd() {
  say(`building Rust's standard library for ${wasmTarget} (about a minute, once)`);
  const empty = join(tools, 'empty-crate');
  mkdirSync(join(empty, 'src'), { recursive: true });
  writeFileSync(join(empty, 'src', 'lib.rs'), '');
  writeFileSync(
    join(empty, 'Cargo.toml'),
    '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2021"\n[lib]\ncrate-type = ["cdylib"]\n[workspace]\n',
  );
  const target = join(empty, 'target');
  await run(cargo, ['build', '--release', '-Zbuild-std=std,panic_abort', '--target', wasmTarget], {
    cwd: empty,
    env: {
      ...environment,
      CARGO_TARGET_DIR: target,
      RUSTC_BOOTSTRAP: '1',
      // Without its bitcode, link-time optimisation of our own code fails.
      RUSTFLAGS: '-Cembed-bitcode=yes -Clinker=wasm-ld-19',
    },
  });
  const built = join(target, wasmTarget, 'release', 'deps');
  mkdirSync(`${std}.new`, { recursive: true });
  for (const file of readdirSync(built).filter((name) => name.endsWith('.rlib'))) {
    cpSync(join(built, file), join(`${std}.new`, file));
  }
  renameSync(`${std}.new`, std);
  rmSync(empty, { recursive: true });
  if (!existsSync(std)) throw new SetupError('the standard library was not built');
}
