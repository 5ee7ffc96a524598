// `npx ringfence …`: finds the command and reports what went wrong.

import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { check } from './check.ts';
import { declare } from './declare.ts';
import { readFolder, readHidden, readSchema } from './folder.ts';
import { Mistake, readFlags } from './terminal.ts';
import { writeTypes } from './types.ts';

const help = `Usage: ringfence <command>

  types [--schema DIR] [--rules DIR] [--out FILE] [--check]
      Writes the Schema type for createClient<Schema> from the TOML files of the
      schema (DIR: schema); a field that the rules (DIR: rules, if it is there) keep
      from some readers is optional. Without --out it is printed; with --check
      nothing is written, and it fails if FILE is not up to date.

  check [--schema DIR] [--rules DIR] [--json]
      Says everything that is wrong with the schema (DIR: schema) and the rules
      (DIR: rules), each with its place, as the build of the server does.

  declare MODULE [--schema DIR] [--rules DIR] [--check]
      Writes the TOML files of the \`schema\` and \`rules\` that MODULE exports, as
      made by ringfence/declare.
`;

type Command = (args: readonly string[]) => Promise<void>;

const commands: Record<string, Command> = {
  types: async (args) => {
    const { values } = readFlags(args, { schema: 'string', rules: 'string', out: 'string', check: 'boolean' });
    const folder = values.schema ?? 'schema';
    const hasRules = values.rules !== undefined || existsSync('rules');
    const rules = hasRules ? await readFolder(values.rules ?? 'rules') : [];
    const text = writeTypes(readSchema(await readFolder(folder)), readHidden(rules), `${folder}/`);
    await put(text, values.out, values.check ?? false);
  },
  check: async (args) => {
    const { values } = readFlags(args, { schema: 'string', rules: 'string', json: 'boolean' });
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
