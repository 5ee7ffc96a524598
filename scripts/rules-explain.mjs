// `npm run rules:explain`: asks a running server why a rule decides as it does for a
// caller and a document, and prints it for people. Changes nothing.

import { parseArgs } from 'node:util';
import { appHelp, appOptions, asAdministrator, baseOf, options, optionsHelp } from './administrator.mjs';
import { main, SetupError } from './terminal.mjs';

const COMMAND = 'npm run rules:explain';
const HELP = `Usage: ${COMMAND} -- COLLECTION OPERATION [OPTIONS]

Says which clause of a rule decides for a caller and a document, what SQLite is asked,
and which index is missing. OPERATION is list, view, insert, update, delete or execute.
An update or delete needs the view rule too: ask that by itself. The server must be
running (npm start).

  --caller COLLECTION/ID  who asks, such as users/5yv7xacj1942pao; nobody, if left out
  --document ID|JSON    a stored record, or the fields of one that is not
  --body JSON           the fields of a new record, or those that an update changes
  --json                the whole reply, for programs
${optionsHelp}
${appHelp}
  --help                this text`;

const more = {
  caller: { type: 'string' },
  document: { type: 'string' },
  body: { type: 'string' },
  json: { type: 'boolean', default: false },
};

await main(HELP, async (args) => {
  const { values, positionals } = parseArgs({ args, options: { ...options, ...appOptions, ...more }, allowPositionals: true });
  if (positionals.length !== 2) throw new SetupError('say which collection and which operation', `${COMMAND} -- --help`);
  const question = ask(positionals, values);
  const send = await asAdministrator(values, COMMAND);
  const { status, body } = await send('POST', `${baseOf(values, COMMAND)}/rules/explain`, question);
  if (status !== 200) throw new SetupError(`the server refused: ${body?.message}`, `${COMMAND} -- --help`);
  console.log(values.json ? JSON.stringify(body, null, 2) : told(body));
});

function ask([collection, operation], { caller, document, body }) {
  const [of, id] = caller?.split('/') ?? [];
  if (caller && !id) throw new SetupError(`--caller is a collection and an id, not ${caller}`, `${COMMAND} -- --help`);
  return {
    collection,
    operation,
    ...(caller && { caller: { collection: of, id } }),
    ...(document && { document: document.startsWith('{') ? fields('document', document) : document }),
    ...(body && { body: fields('body', body) }),
  };
}

function fields(name, text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SetupError(`--${name} is not JSON: ${error.message}`, `${COMMAND} -- --help`);
  }
}

function told({ allowed, refusedFields, rule, deciding, tree, sql, missingIndexes }) {
  if (rule === null) return 'refused: there is no rule for it, which refuses everybody but administrators';
  const lines = verdict({ allowed, refusedFields, deciding, tree });
  if (tree.clauses?.length > 0) lines.push('', 'all clauses:', ...clauses(tree, '  '));
  if (sql) lines.push('', `SQLite is asked: ${sql.text}`, `with: ${JSON.stringify(sql.params)}`);
  for (const step of sql?.plan ?? []) lines.push(`  ${step}`);
  for (const { collection, fields: names, declare } of missingIndexes) {
    lines.push('', `no index of ${collection} on ${names.join(', ')}; ${declare}`);
  }
  return lines.join('\n');
}

// The rule of the operation decides, and beside it those of the fields that are written.
function verdict({ allowed, refusedFields, deciding, tree }) {
  const because = [`as this ${deciding.holds ? 'holds' : 'does not hold'}:`, ...clause(deciding, '  ')].join('\n');
  if (refusedFields.length === 0) return [`${allowed ? 'allowed' : 'refused'}, ${because}`];
  const kept = `rules of fields keep these from the caller: ${refusedFields.join(', ')}`;
  if (tree.holds) return [`refused, as ${kept}`, `the rule of the operation allows it, ${because}`];
  return [`refused, ${because}`, kept];
}

function clause({ text, values, note }, indent) {
  const lines = [`${indent}${text.trim()}`];
  const compared = (values ?? []).map(({ text: name, value }) => `${name} is ${JSON.stringify(value)}`);
  if (compared.length > 0) lines.push(`${indent}  ${compared.join(', ')}`);
  if (note) lines.push(`${indent}  ${note}`);
  return lines;
}

// The leaves alone: what joins them stands in the rule.
function clauses(node, indent) {
  if (node.clauses?.length > 0) return node.clauses.flatMap((inner) => clauses(inner, indent));
  return clause({ ...node, text: `${node.holds ? 'yes' : 'no '} ${node.text.trim()}` }, indent);
}
