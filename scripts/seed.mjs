// `npm run seed`: fills the example app with a small company, through the public
// API, as the master administrator. Says so when it is there already; changes and
// removes nothing that it did not put there.

import { parseArgs } from 'node:util';
import { asAdministrator, options, optionsHelp } from './administrator.mjs';
import { DEMO_PASSWORD, records, users } from './seed/content.mjs';
import { main, say, SetupError } from './terminal.mjs';

const HELP = `Usage: npm run seed -- [OPTIONS]

Fills the example app with people, teams, projects, tasks, comments and notes.
The server must be running (npm start).

${optionsHelp}
  --help                this text`;

await main(HELP, async (args) => {
  const { values } = parseArgs({ args, options });
  const send = await asAdministrator(values, 'npm run seed');
  const everything = records();
  const [first] = everything;
  const found = await send('GET', `/api/collections/${first.collection}/records/${first.record.id}`);
  if (found.status === 200) say('the example records are there already');
  else await fill(send, everything);
  say(`sign in as ${users[0].email} with the password ${DEMO_PASSWORD}; so do ${users.length - 1} others`);
});

// The people come one by one, as each costs a password hash; all the rest is one
// batch, so that it is there whole or not at all.
async function fill(send, everything) {
  for (const [index, user] of users.entries()) {
    if (index % 5 === 0) say(`people ${index + 1} to ${Math.min(index + 5, users.length)} of ${users.length}`);
    const found = await send('GET', `/api/collections/users/records/${user.id}`);
    if (found.status !== 200) accept(await send('POST', '/api/collections/users/records', user), user.email);
  }
  say(`${everything.length} records: ${summary(everything)}`);
  const requests = everything.map(({ collection, record }) => ({
    method: 'POST',
    url: `/api/collections/${collection}/records`,
    body: record,
  }));
  accept(await send('POST', '/api/batch', { requests }), 'the records');
}

function accept({ status, body }, what) {
  if (status === 200) return;
  throw new SetupError(`${what}: ${body?.message}\n  ${JSON.stringify(body?.data)}`, 'the example schema of schema/ and rules/ is needed');
}

function summary(everything) {
  const counts = Object.groupBy(everything, ({ collection }) => collection);
  return Object.entries(counts).map(([collection, list]) => `${list.length} ${collection}`).join(', ');
}
