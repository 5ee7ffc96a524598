// The runtimes beside this one that the client is for, pinned, from the npm packages
// that carry their programs; they go into .tools of the project. Runs nothing in them.

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tools } from '../../scripts/project.mjs';
import { run, say } from '../../scripts/terminal.mjs';

const { platform, arch } = process;
const nodePlatform = platform === 'win32' ? 'win' : platform;

/** Each with the npm package it comes from, and where its program is in what npm installs. */
const runtimes = {
  'Node 20': { from: `node-${nodePlatform}-${arch}@20.20.2`, program: /^node-[\w-]+[\\/]bin[\\/]node(\.exe)?$/ },
  Deno: { from: 'deno@2.9.6', program: /^@deno[\\/][\w-]+[\\/]deno(\.exe)?$/, words: ['run', '--allow-net', '--allow-env'] },
  Bun: { from: 'bun@1.4.5', program: /^@oven[\\/][\w-]+[\\/]bin[\\/]bun(\.exe)?$/ },
};

/** For each runtime the words of a command that runs a file in it, installed first where need be. */
export async function findRuntimes() {
  const found = {};
  for (const [name, { from, program, words = [] }] of Object.entries(runtimes)) {
    const folder = join(tools, `runtime-${from.replace('@', '-')}`);
    found[name] = [(await find(folder, program)) ?? (await install(name, from, folder, program)), ...words];
  }
  return found;
}

async function install(name, from, folder, program) {
  say(`fetching ${name} (${from}) into .tools`);
  // No scripts: the program lies in the package that npm chooses for this system.
  await run('npm', ['install', '--prefix', folder, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', from]);
  const path = await find(folder, program);
  if (!path) throw new Error(`${from} carries no program for ${platform} ${arch}`);
  return path;
}

async function find(folder, program) {
  const modules = join(folder, 'node_modules');
  if (!existsSync(modules)) return undefined;
  const path = (await readdir(modules, { recursive: true })).find((name) => program.test(name));
  return path && join(modules, path);
}
