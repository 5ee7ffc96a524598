// `npx ringfence …`: finds the command and reports what went wrong.

import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { check } from './check.ts';
import type { SchemaDeclaration } from '../src/declare/model.ts';
import { declare } from './declare.ts';
import { readFolder, readHidden, readSchema } from './folder.ts';
import { readLive } from './live.ts';
import { Mistake, readFlags } from './terminal.ts';
import { writeTypes, type Hidden } from './types.ts';

const help = `Usage: ringfence <command>

  types [--schema DIR] [--rules DIR] [--out FILE] [--check]
  types --url URL [--realm NAME --app NAME] [--token TOKEN] [--out FILE] [--check]
      Writes the Schema type for createClient<Schema> from the TOML files of the
      schema (DIR: schema); a field that the rules (DIR: rules, if it is there) keep
      from some readers is optional. With --url it reads a live app instead, as the
      administrator of MASTER_ADMIN_EMAIL and MASTER_ADMIN_PASSWORD in the
      environment, or with the access token of --token or RINGFENCE_TOKEN.
      Without --out it is printed; with --check nothing is written, and it fails if
      FILE is not up to date.

  check [--schema DIR] [--rules DIR] [--json]
      Says everything that is wrong with the schema (DIR: schema) and the rules
      (DIR: rules), each with its place, as the build of the server does.

  declare MODULE [--schema DIR] [--rules DIR] [--check]
      Writes the TOML files of the \`schema\` and \`rules\` that MODULE exports, as
      made by ringfence/declare.
`;

const typesFlags = {
  schema: 'string', rules: 'string', url: 'string', realm: 'string', app: 'string', token: 'string', out: 'string', check: 'boolean',
} as const;
type TypesFlags = { [F in Exclude<keyof typeof typesFlags, 'check'>]?: string };

type Command = (args: readonly string[]) => Promise<void>;

const commands: Record<string, Command> = {
  types: async (args) => {
    const { values, words } = readFlags(args, typesFlags);
    refuseWords(words);
    const { schema, hidden } = await (values.url === undefined ? readDeclared(values) : readRunning(values.url, values));
    await put(writeTypes(schema, hidden), values.out, values.check ?? false);
  },
  check: async (args) => {
    const { values, words } = readFlags(args, { schema: 'string', rules: 'string', json: 'boolean' });
    refuseWords(words);
    const { schema = 'schema', rules = 'rules', json: isJson = false } = values;
    process.exitCode = await check({ schema, rules, isJson });
  },
  declare: async (args) => {
    const { values, words } = readFlags(args, { schema: 'string', rules: 'string', check: 'boolean' });
    const [module] = words;
    if (module === undefined || words.length > 1) throw new Mistake(`name one module\n\n${help}`);
    const { schema = 'schema', rules = 'rules', check: isCheck = false } = values;
    await declare(module, { schema, rules, isCheck });
  },
};

function refuseWords([word]: readonly string[]): void {
  if (word !== undefined) throw new Mistake(`"${word}" is not understood\n\n${help}`);
}

async function readDeclared(flags: TypesFlags): Promise<{ schema: SchemaDeclaration; hidden: Hidden }> {
  const stray = (['realm', 'app', 'token'] as const).find((name) => flags[name] !== undefined);
  if (stray) throw new Mistake(`--${stray} is of a live app; name it with --url`);
  const hasRules = flags.rules !== undefined || existsSync('rules');
  const rules = hasRules ? await readFolder(flags.rules ?? 'rules') : [];
  return { schema: readSchema(await readFolder(flags.schema ?? 'schema')), hidden: readHidden(rules) };
}

async function readRunning(url: string, flags: TypesFlags): Promise<{ schema: SchemaDeclaration; hidden: Hidden }> {
  if (flags.schema ?? flags.rules) throw new Mistake('give --url, or --schema and --rules: types come from one of them');
  return readLive({ url, realm: flags.realm, app: flags.app, token: flags.token });
}

async function put(text: string, out: string | undefined, isCheck: boolean): Promise<void> {
  if (out === undefined) {
    process.stdout.write(text);
    return;
  }
  const before = await readFile(out, 'utf8').catch(() => undefined);
  if (before === text) return;
  if (isCheck) throw new Mistake(`${out} is not up to date; run the command without --check`);
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, text);
  console.log(`wrote ${out}`);
}

async function main([name, ...args]: readonly string[]): Promise<void> {
  const command = commands[name ?? ''];
  if (command && !args.includes('--help')) return command(args);
  const isAsked = name === undefined || name === 'help' || name === '--help' || command !== undefined;
  if (!isAsked) throw new Mistake(`there is no command ${name}\n\n${help}`);
  process.stdout.write(help);
}

await main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof Mistake)) throw error;
  console.error(`ringfence: ${error.message}`);
  process.exitCode = 1;
});
