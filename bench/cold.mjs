// How long a cold server takes to its first reply: a fresh process on the full
// database, from the start of the program to the last byte of one record.

import { Connection } from './load.mjs';
import { median } from './measure.mjs';

/** Stops and starts both in turn; leaves both running. */
export async function firstReplies(targets, times) {
  const taken = targets.map(() => []);
  for (let time = 0; time < times; time += 1) {
    for (const [index, target] of targets.entries()) {
      await target.restart();
      const connection = await Connection.open(target.server.port);
      await connection.send(target.view());
      taken[index].push(performance.now() - target.started);
      connection.close();
    }
  }
  return taken.map((milliseconds) => Math.round(median(milliseconds) * 10) / 10);
}
