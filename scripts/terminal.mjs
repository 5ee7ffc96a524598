// Progress lines, running other programs, and how a script ends when it cannot
// go on. No colours and no cursor tricks, so that a log file reads the same.

import { spawn, spawnSync } from 'node:child_process';
import { root } from './project.mjs';

/** A step that could not be done, with the command or the change that would help. */
export class SetupError extends Error {
  constructor(message, hint) {
    super(message);
    this.hint = hint;
  }
}

export const say = (line) => console.log(`· ${line}`);

/** Runs a program with its output on the terminal; throws when it fails. */
export function run(program, args, { env = {}, cwd = root, hint } = {}) {
  return new Promise((done, failed) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: 'inherit' });
    const release = endWithUs(child);
    child.on('close', release);
    child.on('error', (cause) => failed(new SetupError(`cannot run ${program}: ${cause.message}`, hint)));
    child.on('exit', (code, signal) => {
      if (code === 0) done();
      else failed(new SetupError(`${[program, ...args].join(' ')} ended with ${signal ?? code}`, hint));
    });
  });
}

// A signal that only this script got must end the child too; so must the death of
// the shell that npm put between, which passes no signal on.
function endWithUs(child) {
  const end = () => child.kill('SIGTERM');
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, end);
  const parent = process.ppid;
  const watch = setInterval(() => process.ppid !== parent && end(), 500);
  return () => {
    clearInterval(watch);
    for (const signal of signals) process.off(signal, end);
  };
}

/** Runs a program quietly and gives what it printed, or null when it failed. */
export function ask(program, args, { env = {}, cwd = root } = {}) {
  const result = spawnSync(program, args, { cwd, env: { ...process.env, ...env }, encoding: 'utf8' });
  return result.status === 0 ? result.stdout.trim() : null;
}

/** Runs a script's main function; prints `help` for --help, and errors as a person reads them. */
export async function main(help, work) {
  if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) {
    console.log(help.trim());
    return;
  }
  try {
    await work(process.argv.slice(2));
  } catch (error) {
    const isTheirs = error instanceof SetupError || String(error.code).startsWith('ERR_PARSE_ARGS');
    if (!isTheirs) throw error;
    console.error(`\n✗ ${error.message}`);
    if (error.hint) console.error(`  ${error.hint.split('\n').join('\n  ')}`);
    process.exitCode = 1;
  }
}
