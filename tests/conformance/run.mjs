// `npm run conformance`: the scenarios against our server, or with `--reference`
// against a real PocketBase, which it installs into .tools.

import { run as runTests } from 'node:test';
import { spec } from 'node:test/reporters';
import { inProject } from '../../scripts/project.mjs';
import { main } from '../../scripts/terminal.mjs';
import { installReference } from './reference/server.mjs';

const help = `Usage: npm run conformance -- [--reference]

Runs the scenarios of tests/conformance against our server on workerd, through the
official client and through ours; with --reference against a real PocketBase.`;

await main(help, async (words) => {
  const isReference = words.includes('--reference');
  if (isReference) await installReference();
  const names = isReference ? ['reference'] : ['ringfence', 'own-client'];
  const files = names.map((name) => inProject('tests', 'conformance', `${name}.test.mjs`));
  const events = runTests({ files, concurrency: 2 });
  events.on('test:fail', () => (process.exitCode = 1));
  events.compose(spec).pipe(process.stdout);
});
