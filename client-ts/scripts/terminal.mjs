// Runs a tool of this package and says how it went. Knows no tool by name.

import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const folder = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a Node program of `node_modules`; fails with what it was. */
export function runTool(path, args, options = {}) {
  return runNode([join(folder, 'node_modules', path), ...args], options);
}

export function runNode(args, { quiet = false, ...options } = {}) {
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', quiet ? 'pipe' : 'inherit', 'inherit'], ...options });
  const output = [];
  child.stdout?.on('data', (chunk) => output.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) return resolve();
      process.stdout.write(Buffer.concat(output));
      reject(new Error(`${args[0].replace(`${folder}/`, '')} failed`));
    });
  });
}
