// Prints what was measured: a row per workload, then the figures that are no rates.

import { bundleGzipLimitBytes } from '../scripts/project.mjs';
import { SIZES } from './files.mjs';

const FILES = SIZES.flatMap(({ name }) => [`upload_${name}`, `download_${name}`]);
const TARGETS = {
  view: 0.8,
  list: 1.0,
  create: 0.8,
  update: 0.8,
  batch: 0.5,
  ...Object.fromEntries(FILES.map((name) => [name, 0.8])),
};
const BATCH_ROWS_PER_SECOND = 20_000;
const COLD_BEHIND_MS = 100;
const LOGIN_RATIO = 2;

const HEAD = ['', 'ours /s', 'floor /s', 'ratio', 'target', '', 'ratios min–max', 'by CPU time', 'ours p50 / p99 ms', 'floor p50 / p99 ms'];

/** Whether a workload reached its target. */
function isMet(name, { ratio, ours_rps: rate }) {
  return ratio >= TARGETS[name] || (name === 'batch' && rate >= BATCH_ROWS_PER_SECOND);
}

export function printRates(results) {
  const rows = Object.entries(results).map(([name, result]) => [
    name === 'batch' ? 'batch (rows)' : name,
    String(result.ours_rps),
    String(result.floor_rps),
    result.ratio.toFixed(2),
    name in TARGETS ? `≥ ${TARGETS[name].toFixed(1)}` : '',
    name in TARGETS ? verdict(isMet(name, result)) : '',
    `${result.ratio_min.toFixed(2)}–${result.ratio_max.toFixed(2)}`,
    Number.isFinite(result.cpu_ratio) ? result.cpu_ratio.toFixed(2) : '',
    pair(result.ours),
    pair(result.floor),
  ]);
  const widths = HEAD.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column].length)));
  for (const row of [HEAD, ...rows]) {
    console.log(row.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[0]))).join('  '));
  }
  const busiest = Math.max(...Object.values(results).map(({ generator_cpu: cpu }) => cpu));
  console.log(`\nThe load generator used at most ${Math.round(busiest * 100)} % of a core.`);
}

export function printFiles({ memory, ...rates }) {
  printRates(rates);
  console.log("The server's memory, without its bucket's:");
  for (const [size, { ours, floor }] of Object.entries(memory)) {
    console.log(`a file of ${size.replace('mb', ' MB')}: ours ${told(ours)}; floor ${told(floor)}`);
  }
  console.log('');
}

const told = ({ quiet_mb: quiet, growth_mb: growth, upload_s: up, download_s: down }) =>
  `${growth ?? '?'} MB above ${quiet ?? '?'} MB (${up} s up, ${down} s down)`;

export function printRest({ bundle_gzip_bytes: bundle, cold_first_reply_ms: cold, logins }) {
  console.log(`Bundle: ${kilobytes(bundle)} with gzip (target ≤ ${kilobytes(bundleGzipLimitBytes)}) ${verdict(bundle <= bundleGzipLimitBytes)}`);
  if (cold) {
    const behind = cold.ours - cold.floor;
    console.log(
      `First reply of a cold process: ours ${cold.ours} ms, floor ${cold.floor} ms: ` +
        `${behind.toFixed(1)} ms behind (target ≤ ${COLD_BEHIND_MS}) ${verdict(behind <= COLD_BEHIND_MS)}`,
    );
  }
  if (logins) {
    console.log(
      `Reads at ${logins.reads_per_second}/s: p99 ${logins.quiet_p99_ms} ms quiet, ${logins.busy_p99_ms} ms with ` +
        `${logins.logins_per_second} logins/s (one takes ${logins.write.p50_ms.toFixed(0)} ms): ` +
        `ratio ${logins.ratio.toFixed(2)} (target ≤ ${LOGIN_RATIO}) ${verdict(logins.ratio <= LOGIN_RATIO)}`,
    );
    const { quiet_p99_ms: quiet, busy_p99_ms: busy, ratio } = logins.floor_with_creates;
    console.log(`The floor's: p99 ${quiet} ms quiet, ${busy} ms with ${logins.logins_per_second} creates/s: ratio ${ratio.toFixed(2)}`);
  }
}

const verdict = (met) => (met ? 'met' : 'MISSED');
const pair = ({ p50_ms: p50, p99_ms: p99 }) => `${p50.toFixed(2)} / ${p99.toFixed(2)}`;
const kilobytes = (bytes) => `${Math.round(bytes / 1024)} KB`;
