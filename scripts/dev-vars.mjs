// The secrets of local development: .dev.vars is written once with random values
// and never changed. Deployed secrets are set with `wrangler secret put`.

import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { inProject } from './project.mjs';
import { say } from './terminal.mjs';

const file = inProject('.dev.vars');
const generated = {
  RINGFENCE_SECRET: () => randomBytes(32).toString('base64url'),
  MASTER_ADMIN_EMAIL: () => 'admin@example.com',
  MASTER_ADMIN_PASSWORD: () => randomBytes(15).toString('base64url'),
};

/** Writes .dev.vars where there is none. A value of the environment is taken over. */
export function writeDevVars() {
  if (existsSync(file)) return;
  const values = Object.entries(generated).map(([name, make]) => [name, process.env[name] || make()]);
  const lines = [
    ...values.map(([name, value]) => `${name}=${JSON.stringify(value)}`),
    '# No limits on this machine; deployed, those of wrangler.toml hold.',
    'REQUESTS_PER_MINUTE="0"',
    'LOGINS_PER_MINUTE="0"',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  const email = values.find(([name]) => name === 'MASTER_ADMIN_EMAIL')[1];
  say(`wrote .dev.vars with new secrets: the master administrator is ${email}, the password is in that file`);
}

/** Flags for wrangler: what the environment gives wins over .dev.vars. */
export function varsFromEnvironment() {
  const given = Object.keys(generated).filter((name) => process.env[name]);
  return given.flatMap((name) => ['--var', `${name}:${process.env[name]}`]);
}
