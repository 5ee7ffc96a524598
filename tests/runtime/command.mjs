// Runs a command of scripts/ as people do, against a server of a runtime test.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { inProject } from '../../scripts/project.mjs';
import { vars } from './server.mjs';

/** Runs `scripts/NAME` as the master administrator; gives its exit code and all that it printed. */
export async function command(server, name, ...words) {
  const identity = ['--email', vars.MASTER_ADMIN_EMAIL, '--password', vars.MASTER_ADMIN_PASSWORD];
  const args = [inProject('scripts', name), '--url', server.url, ...identity, ...words];
  const { code = 0, stdout, stderr } = await promisify(execFile)(process.execPath, args).catch((error) => error);
  return { code, printed: stdout + stderr };
}
