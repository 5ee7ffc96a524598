// Starts the real server by the project's own script.

import { after } from 'node:test';

export interface RunningServer {
  url: string;
}

// A hook that is made inside another would run when that one ends.
const ends: (() => unknown)[] = [];
after(async () => {
  for (const end of ends.reverse()) await end();
});

/** A server with a state of its own, until the tests of the file are over. */
export async function startServer(): Promise<RunningServer> {
  const path = new URL('../../../tests/runtime/server.mjs', import.meta.url).href;
  const module = (await import(path)) as { startServer: (t: object) => Promise<RunningServer> };
  return module.startServer({ after: (end: () => unknown) => void ends.push(end) });
}
