// `npm run seed`: fills the example app with a small company, through the public
// API, as the master administrator. Says so when it is there already; changes and
// removes nothing that it did not put there.

import { existsSync, readFileSync } from 'node:fs';
import { parseArgs, parseEnv } from 'node:util';
import { inProject } from './project.mjs';
import { DEMO_PASSWORD, records, users } from './seed/content.mjs';
import { main, say, SetupError } from './terminal.mjs';

const HELP = `Usage: npm run seed -- [OPTIONS]

Fills the example app with people, teams, projects, tasks, comments and notes.
The server must be running (npm start).

  --url URL             where it runs (default http://localhost:8787)
  --email EMAIL         the master administrator; without these two, the values
  --password PASSWORD   of MASTER_ADMIN_EMAIL and MASTER_ADMIN_PASSWORD in the
                        environment, or in .dev.vars
  --help                this text`;

const options = {
  url: { type: 'string', default: 'http://localhost:8787' },
  email: { type: 'string' },
  password: { type: 'string' },
};

await main(HELP, async (args) => {
  const { values } = parseArgs({ args, options });
  const send = sender(values.url.replace(/\/$/, ''));
  send.token = await signIn(send, administrator(values));
  const everything = records();
  const [first] = everything;
  const found = await send('GET', `/api/collections/${first.collection}/records/${first.record.id}`);
  if (found.status === 200) say('the example records are there already');
  else await fill(send, everything);
  say(`sign in as ${users[0].email} with the password ${DEMO_PASSWORD}; so do ${users.length - 1} others`);
});

function administrator({ email, password }) {
  const file = inProject('.dev.vars');
  const vars = { ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}), ...process.env };
  const identity = email ?? vars.MASTER_ADMIN_EMAIL;
  const secret = password ?? vars.MASTER_ADMIN_PASSWORD;
  if (identity && secret) return { identity, password: secret };
  throw new SetupError(
    'whose master administrator? There is no .dev.vars here, which the first `npm start` writes',
    'npm run seed -- --email EMAIL --password PASSWORD',
  );
}

function sender(url) {
  const send = async (method, path, json) => {
    const headers = { 'content-type': 'application/json', ...(send.token && { authorization: send.token }) };
    const request = { method, headers, body: json && JSON.stringify(json) };
    const response = await fetch(url + path, request).catch((cause) => {
      throw new SetupError(`nothing answers at ${url} (${cause.cause?.code ?? cause.message})`, 'npm start');
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : null };
  };
  return send;
}

async function signIn(send, credentials) {
  const { status, body } = await send('POST', '/api/collections/_superusers/auth-with-password', credentials);
  if (status === 200) return body.token;
  throw new SetupError(`${credentials.identity} cannot sign in: ${body?.message}`, 'npm run seed -- --help');
}

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
