// `npm run bench`: our bundle and the hand-written floor on plain workerd, doing
// the same work in turn. Prints ratios; a rate alone says more about the machine.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { main, say, SetupError } from '../scripts/terminal.mjs';
import { bundleSizes } from '../scripts/workerd-config.mjs';
import { startWithHashersApart } from '../scripts/workerd.mjs';
import { firstReplies } from './cold.mjs';
import { measureFiles } from './files.mjs';
import { FloorTarget } from './floor/target.mjs';
import { LOGINS_PER_SECOND, READS_PER_SECOND, readsBeside } from './logins.mjs';
import { compare } from './measure.mjs';
import { OursTarget } from './ours.mjs';
import { printFiles, printRates, printRest } from './report.mjs';
import { BATCH_ROWS, CONNECTIONS, ROWS } from './target.mjs';

const WORKLOADS = ['view', 'list', 'list_total', 'create', 'update', 'batch'];
// What a field of the default app takes.
const LARGEST_MB = 1900;
const OTHERS = ['cold', 'logins', 'files'];

const HELP = `Usage: npm run bench -- [OPTIONS]

Compares our bundle with the hand-written floor (bench/floor) on this machine.

  --quick        fewer and shorter turns: a look, not a figure to quote
  --only A,B     some of ${[...WORKLOADS, ...OTHERS].join(', ')}
  --file-mb N    with files: also the memory while a file of N megabytes goes up and down
  --json FILE    write the results there
  --help         this text`;

const OPTIONS = {
  quick: { type: 'boolean', default: false },
  only: { type: 'string', default: [...WORKLOADS, ...OTHERS].join(',') },
  'file-mb': { type: 'string' },
  json: { type: 'string' },
};

await main(HELP, (args) => bench(parseArgs({ args, options: OPTIONS }).values));

async function bench(options) {
  const wanted = options.only.split(',');
  const unknown = wanted.filter((name) => ![...WORKLOADS, ...OTHERS].includes(name));
  if (unknown.length) throw new SetupError(`nothing is called ${unknown.join(', ')}`, 'npm run bench -- --help');
  const effort = options.quick ? { rounds: 3, seconds: 0.7, times: 3 } : { rounds: 7, seconds: 2, times: 9 };
  if (options['file-mb'] !== undefined && !wanted.includes('files')) {
    throw new SetupError('--file-mb needs files in --only', 'npm run bench -- --only files --file-mb N');
  }
  const folder = mkdtempSync(join(tmpdir(), 'ringfence-bench-'));
  const targets = [new OursTarget(join(folder, 'ours')), new FloorTarget(join(folder, 'floor'))];
  const megabytes = options['file-mb'] === undefined ? [] : [Number(options['file-mb'])];
  if (!megabytes.every((size) => Number.isInteger(size) && size > 0 && size <= LARGEST_MB)) {
    throw new SetupError(`--file-mb is a whole number up to ${LARGEST_MB}`, 'npm run bench -- --help');
  }
  const needsRows = wanted.some((name) => name !== 'files');
  try {
    for (const target of needsRows ? targets : []) {
      say(`filling ${target.name} with ${ROWS} rows`);
      await target.start();
      await target.fill();
    }
    const results = await measureRates(targets, WORKLOADS.filter((name) => wanted.includes(name)), effort);
    const rest = await measureRest(targets, wanted, effort);
    if (wanted.includes('files')) rest.files = await measureFiles(folder, effort, megabytes);
    const turns = `${effort.rounds} turns of ${effort.seconds} s each; medians\n`;
    console.log(needsRows ? `\n${CONNECTIONS} connections, ${ROWS} rows, ${turns}` : `\n${turns}`);
    if (Object.keys(results).length) printRates(results);
    if (rest.files) printFiles(rest.files);
    printRest(rest);
    if (options.json) writeFileSync(options.json, `${JSON.stringify({ ...results, ...rest }, null, 2)}\n`);
  } finally {
    for (const target of targets) await target.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureRates([ours, floor], names, effort) {
  const results = {};
  for (const name of names) {
    say(`measuring ${name}`);
    // One client sends one batch after another; sixteen at once would only queue.
    const connections = name === 'batch' ? 1 : CONNECTIONS;
    await Promise.all([ours.connect(connections), floor.connect(connections)]);
    const sides = [ours, floor].map((target) => ({
      connections: target.connections,
      work: (connection) => connection.send(target[name]()),
      cpuSeconds: () => target.cpuSeconds(),
    }));
    results[name] = await compare(...sides, { ...effort, units: name === 'batch' ? BATCH_ROWS : 1 });
  }
  return results;
}

async function measureRest(targets, wanted, effort) {
  const rest = { bundle_gzip_bytes: bundleSizes().gzip };
  if (wanted.includes('cold')) {
    say('measuring cold starts');
    const [ours, floor] = await firstReplies(targets, effort.times);
    rest.cold_first_reply_ms = { ours, floor };
  }
  if (wanted.includes('logins')) {
    say('measuring reads while people sign in');
    targets[0].launch = startWithHashersApart;
    await targets[0].restart();
    const [ours, floor] = targets;
    rest.logins = {
      reads_per_second: READS_PER_SECOND,
      logins_per_second: LOGINS_PER_SECOND,
      ...(await readsBeside(ours.login, ours, effort)),
      floor_with_creates: await readsBeside(floor.create, floor, effort),
    };
  }
  return rest;
}
