// Requests as the master administrator, for commands that work on a running server:
// where it is, who that is, and signing in. Knows no request but that one.

import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { inProject } from './project.mjs';
import { SetupError } from './terminal.mjs';

/** What `asAdministrator` takes, for `parseArgs`. */
export const options = {
  url: { type: 'string', default: 'http://localhost:8787' },
  email: { type: 'string' },
  password: { type: 'string' },
};

export const optionsHelp = `  --url URL             where it runs (default http://localhost:8787)
  --email EMAIL         the master administrator; without these two, the values
  --password PASSWORD   of MASTER_ADMIN_EMAIL and MASTER_ADMIN_PASSWORD in the
                        environment, or in .dev.vars`;

/** Which app, for `parseArgs`, and where `baseOf` finds it. */
export const appOptions = { realm: { type: 'string' }, app: { type: 'string' } };

export const appHelp = `  --realm SLUG --app SLUG   which app (default: the default app)`;

export function baseOf({ realm, app }, command) {
  if (!realm !== !app) throw new SetupError('an app is named by --realm and --app together', `${command} -- --help`);
  return realm ? `/api/realms/${realm}/apps/${app}` : '/api';
}

/** Signs in and gives `send(method, path, json)`, which gives `{status, body}`. */
export async function asAdministrator(values, command) {
  const send = sender(values.url.replace(/\/$/, ''));
  send.token = await signIn(send, administrator(values, command), command);
  return send;
}

function administrator({ email, password }, command) {
  const file = inProject('.dev.vars');
  const vars = { ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}), ...process.env };
  const identity = email ?? vars.MASTER_ADMIN_EMAIL;
  const secret = password ?? vars.MASTER_ADMIN_PASSWORD;
  if (identity && secret) return { identity, password: secret };
  throw new SetupError(
    `whose master administrator? MASTER_ADMIN_EMAIL and MASTER_ADMIN_PASSWORD are not both in the environment or .dev.vars${existsSync(file) ? '' : ', which the first `npm start` writes'}`,
    `${command} -- --email EMAIL --password PASSWORD`,
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
    return { status: response.status, body: text ? read(text, url) : null };
  };
  return send;
}

function read(text, url) {
  try {
    return JSON.parse(text);
  } catch {
    throw new SetupError(`what answers at ${url} is no Ringfence server`, 'give its address with --url URL');
  }
}

async function signIn(send, credentials, command) {
  const { status, body } = await send('POST', '/api/collections/_superusers/auth-with-password', credentials);
  if (status === 200) return body.token;
  throw new SetupError(`${credentials.identity} cannot sign in: ${body?.message}`, `${command} -- --help`);
}
