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

type Start = (t: object, options?: object) => Promise<RunningServer>;
const importFrom = async (path: string): Promise<object> => (await import(new URL(path, import.meta.url).href)) as object;

/** A server with a state of its own, until the tests of the file are over. */
export async function startServer(options: object = {}): Promise<RunningServer> {
  const module = (await importFrom('../../../tests/runtime/server.mjs')) as { startServer: Start };
  return module.startServer({ after: (end: () => unknown) => void ends.push(end) }, options);
}

/** As `startServer`, and it stores files. */
export async function startServerWithBucket(): Promise<RunningServer> {
  const { startMiniflare } = (await importFrom('../../../scripts/miniflare.mjs')) as { startMiniflare: unknown };
  return startServer({ start: startMiniflare });
}
