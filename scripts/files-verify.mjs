// `npm run files:verify`: compares the files that an app has recorded with the blobs
// in its bucket, and prints what differs. Removes only what it is told to.

import { parseArgs } from 'node:util';
import { appHelp, appOptions, asAdministrator, baseOf, options, optionsHelp } from './administrator.mjs';
import { main, say, SetupError } from './terminal.mjs';

const HELP = `Usage: npm run files:verify -- [OPTIONS]

Compares what an app has recorded of its files with what is in the bucket. Ends with 1
if something is missing or has another size.

${optionsHelp}
${appHelp}
  --remove-orphans      removes blobs that nothing names and that are over 70 minutes old
  --help                this text`;

const more = { 'remove-orphans': { type: 'boolean', default: false } };

const kinds = {
  missing: 'files without their blob',
  wrongSize: 'files whose blob has another size',
  orphans: 'blobs that nothing names',
};

await main(HELP, async (args) => {
  const { values } = parseArgs({ args, options: { ...options, ...appOptions, ...more } });
  const { 'remove-orphans': removeOrphans } = values;
  const base = baseOf(values, 'npm run files:verify');
  const send = await asAdministrator(values, 'npm run files:verify');
  const found = { blobs: 0, bytes: 0, missing: 0, wrongSize: 0, orphans: 0 };
  for (let after = ''; after !== null;) {
    const { status, body } = await send('POST', `${base}/files/verify`, { after, removeOrphans });
    if (status !== 200) throw new SetupError(`the server refused: ${body?.message}`, 'npm run files:verify -- --help');
    found.blobs += body.blobs;
    found.bytes += body.bytes;
    for (const kind of Object.keys(kinds)) {
      found[kind] += body[kind].count;
      for (const name of body[kind].named) say(`${kinds[kind]}: ${name}`);
    }
    after = body.next;
  }
  const counts = Object.keys(kinds).map((kind) => `${found[kind]} ${kinds[kind]}`);
  console.log(`${found.blobs} blobs of ${found.bytes} bytes; ${counts.join(', ')}`);
  if (found.missing + found.wrongSize > 0) process.exitCode = 1;
});
