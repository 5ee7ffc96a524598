// Files up and down, and the memory of the server meanwhile. Each side has its bucket
// in a process of its own, as on the platform: what is measured is the server alone.

import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { say } from '../scripts/terminal.mjs';
import { FloorFiles } from './floor/files.mjs';
import { Connection } from './load.mjs';
import { compare } from './measure.mjs';
import { OursFiles } from './ours-files.mjs';

const MEGABYTE = 1024 * 1024;
export const SIZES = [
  { name: '1kb', bytes: 1024, connections: 16 },
  { name: '1mb', bytes: MEGABYTE, connections: 4 },
  { name: '64mb', bytes: 64 * MEGABYTE, connections: 1 },
];

const piece = randomBytes(MEGABYTE);

// The same megabyte again and again: a large file needs no memory here either.
const fileOf = (size) => {
  const whole = Array.from({ length: Math.floor(size / MEGABYTE) }, () => piece);
  const rest = piece.subarray(0, size % MEGABYTE);
  return { size, pieces: rest.length ? [...whole, rest] : whole };
};

/** Gives a row for each size and way, and the memory by size: of 1 MB, 64 MB and `megabytes`. */
export async function measureFiles(folder, effort, megabytes) {
  const targets = [new OursFiles(join(folder, 'our-files')), new FloorFiles(join(folder, 'floor-files'))];
  try {
    for (const target of targets) {
      await target.start();
      await target.prepare();
    }
    const rates = {};
    for (const size of SIZES) Object.assign(rates, await measureSize(targets, size, effort));
    const memory = {};
    for (const size of new Set([1, 64, ...megabytes])) {
      memory[`${size}mb`] = { ours: await growth(targets[0], size), floor: await growth(targets[1], size) };
    }
    return { ...rates, memory };
  } finally {
    for (const target of targets) await target.stop();
  }
}

async function measureSize(targets, { name, bytes, connections }, effort) {
  say(`measuring files of ${name}`);
  const file = fileOf(bytes);
  for (const target of targets) await target.connect(connections);
  const upload = await compare(...targets.map((target) => uploading(target, file)), effort);
  const sides = await Promise.all(targets.map((target) => downloading(target, file)));
  return { [`upload_${name}`]: upload, [`download_${name}`]: await compare(...sides, effort) };
}

const side = (target, work) => ({ connections: target.connections, cpuSeconds: () => target.cpuSeconds(), work });

// What was sent goes between two turns, or the disk would fill.
function uploading(target, file) {
  const sent = [];
  const upload = async (connection) => sent.push(await target.upload(connection, file));
  const tidy = async () => {
    const [connection] = target.connections.all;
    for (const one of sent.splice(0)) await target.remove(connection, one);
  };
  return { ...side(target, upload), tidy };
}

async function downloading(target, file) {
  const there = await target.upload(target.connections.all[0], file);
  return side(target, (connection) => target.download(connection, there));
}

/**
 * Megabytes by which a fresh process that served a small file before grew at most while
 * one such file went up and down, and how long each took; null where the system does
 * not tell.
 */
async function growth(target, megabytes) {
  await target.restart();
  const { pid, port } = target.server;
  const file = fileOf(megabytes * MEGABYTE);
  const connection = await Connection.open(port);
  await upAndDown(target, connection, fileOf(MEGABYTE / 2));
  const resident = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
  const tells = existsSync(`/proc/${pid}/clear_refs`);
  // The highest level is counted from here on.
  if (tells) writeFileSync(`/proc/${pid}/clear_refs`, '5');
  const quiet = tells ? resident('VmRSS') : NaN;
  const { up, down } = await upAndDown(target, connection, file);
  const peak = tells ? resident('VmHWM') : NaN;
  connection.close();
  const round = (value) => (Number.isFinite(value) ? Math.round(value * 10) / 10 : null);
  return {
    quiet_mb: round(quiet),
    growth_mb: round(peak - quiet),
    upload_s: round(up),
    download_s: round(down),
  };
}

async function upAndDown(target, connection, file) {
  const started = performance.now();
  const sent = await target.upload(connection, file);
  const between = performance.now();
  await target.download(connection, sent);
  const ended = performance.now();
  await target.remove(connection, sent);
  return { up: (between - started) / 1000, down: (ended - between) / 1000 };
}
