// Runs a script with the project's own Node, after the set-up:
// `node scripts/with-node.mjs FILE [ARGUMENT…]`. `--build` first builds the bundle.

import { buildBundle } from './build.mjs';
import { node } from './project.mjs';
import { setUp } from './setup.mjs';
import { main, run, SetupError } from './terminal.mjs';

const help = `Usage: node scripts/with-node.mjs [--build] FILE [ARGUMENT…]

Runs FILE with the Node that the project pins. With --build the bundle is built first.`;

async function start(words) {
  const [file, ...rest] = words[0] === '--build' ? words.slice(1) : words;
  if (!file) throw new SetupError('no file to run', help);
  await setUp();
  if (words[0] === '--build') await buildBundle();
  await run(node, [file, ...rest]);
}

// A --help after the file's name belongs to the file.
const asksForHelp = ['--help', '-h'].includes(process.argv[2]);
if (asksForHelp) await main(help, async () => {});
else {
  const words = process.argv.slice(2);
  process.argv.length = 2;
  await main(help, () => start(words));
}
