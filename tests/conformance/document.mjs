// Writes docs/pocketbase-client.md from the rows and the differences, so that it
// says what the tests prove: `node tests/conformance/document.mjs`.

import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { inProject } from '../../scripts/project.mjs';
import { differences } from './differences.mjs';
import { rows } from './rows.mjs';

export const place = inProject('docs', 'pocketbase-client.md');
const { version } = JSON.parse(readFileSync(inProject('node_modules', 'pocketbase', 'package.json'), 'utf8'));

/** The whole page. */
export function page() {
  const states = Object.values(rows).map(({ state }) => state);
  const count = (wanted) => states.filter((state) => state === wanted).length;
  return `# The official \`pocketbase\` client

An app speaks the Web API that PocketBase's own JavaScript client speaks, so the npm package \`pocketbase\` works against it unchanged:

\`\`\`js
import PocketBase from 'pocketbase';

const pb = new PocketBase('http://localhost:8787');
await pb.collection('users').authWithPassword('ada@example.com', 'correct horse battery');
const page = await pb.collection('tasks').getList(1, 20, { filter: 'status = "todo"', expand: 'project' });
\`\`\`

Another app than the default one is a longer address: \`new PocketBase(origin + '/api/realms/acme/apps/mobile')\`.

This page is written by \`node tests/conformance/document.mjs\` from what the tests in \`tests/conformance\` prove, and a test fails when it is out of date. Each scenario there is written once and runs against our server on workerd and, with \`npm run conformance -- --reference\`, against a real PocketBase, so that what it expects is what PocketBase does.

## Differences that are meant
${table(['where', 'PocketBase', 'here', 'because'], differenceRows())}

## Every public method of version ${version}
${count('served')} served, ${count('not yet')} not yet, ${count('not')} deliberately not. A method that is not served is refused with a clear error, never answered with something else.

${table(['method', '', 'test, or reason'], methodRows())}
`;
}

function differenceRows() {
  return Object.entries(differences).map(([name, { says, because }]) => [name, ...says, because]);
}

function methodRows() {
  return Object.entries(rows).map(([method, row]) => {
    const detail = { served: () => row.scenario, 'not yet': () => row.what, not: () => row.why }[row.state]();
    return [`\`${method}\``, row.state === 'not' ? '**not**' : row.state, detail];
  });
}

function table(head, lines) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...lines.map(line)].join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) writeFileSync(place, page());
