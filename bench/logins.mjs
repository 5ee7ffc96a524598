// Reads of an app at a fixed rate, quiet and while people sign in. The reads are
// sent whether or not earlier ones were answered, so a stall is seen in full.
// The hasher objects run in a process of their own, as the platform places them:
// one workerd has one thread for all its objects, where any hash stalls any read. It
// has the lowest priority: with the load generator three processes share two cores.
//
// An object lets no reply out while a write of it is on its way to the disk. A sign-in
// writes its session, so that reads wait for the disk now and then, as they do on the
// floor beside as many creates: that is measured too, to tell the one from the other.

import { Connections } from './load.mjs';
import { median, quantiles, round3 } from './measure.mjs';

export const READS_PER_SECOND = 400;
export const LOGINS_PER_SECOND = 20;

/** Reads of `target` alone, and beside `write`, which is one of its requests. */
export async function readsBeside(write, target, { rounds, seconds }) {
  const readers = await Connections.open(target.server.port, 16);
  const visitors = await Connections.open(target.server.port, 32);
  const quiet = [];
  const busy = [];
  const writeLatencies = [];
  await readers.pace(1, READS_PER_SECOND, target.view);
  await visitors.pace(1, 2, write);
  for (let round = 0; round < rounds; round += 1) {
    quiet.push(await readers.pace(seconds, READS_PER_SECOND, target.view));
    const [reads, writes] = await Promise.all([
      readers.pace(seconds, READS_PER_SECOND, target.view),
      visitors.pace(seconds, LOGINS_PER_SECOND, write),
    ]);
    busy.push(reads);
    writeLatencies.push(...writes.latencies);
  }
  readers.close();
  visitors.close();
  const p99 = (phases) => phases.map(({ latencies }) => quantiles(latencies).p99_ms);
  const ratios = p99(busy).map((value, round) => value / p99(quiet)[round]);
  return {
    quiet_p99_ms: round3(median(p99(quiet))),
    busy_p99_ms: round3(median(p99(busy))),
    ratio: round3(median(ratios)),
    write: quantiles(writeLatencies),
  };
}
