// `ringfence check`: what is wrong with schema and rules, by the check that the
// server's build uses, compiled to Wasm. Shows it; decides nothing.

import { readFile } from 'node:fs/promises';
import { readFolder, type SourceFile } from './folder.ts';

/** One thing that is wrong; line and column count from 1, in characters. */
interface Found {
  path: string;
  line: number;
  column: number;
  message: string;
  hint: string | null;
}

/** What to check, and whether a program reads the answer. */
export interface CheckOptions {
  schema: string;
  rules: string;
  isJson: boolean;
}

/** Prints everything that is wrong; gives the exit code. */
export async function check({ schema, rules, isJson }: CheckOptions): Promise<0 | 1> {
  const files = { schema: await readFolder(schema), rules: await readFolder(rules) };
  const find = await load();
  const found = JSON.parse(find(JSON.stringify(files))) as Found[];
  if (isJson) {
    console.log(JSON.stringify(found, null, 2));
    return found.length > 0 ? 1 : 0;
  }
  const all = [...files.schema, ...files.rules];
  for (const one of found) console.log(`${show(one, all)}\n`);
  const count = files.schema.length;
  console.log(found.length === 0 ? `nothing is wrong with ${count} collections` : `${found.length} wrong`);
  return found.length > 0 ? 1 : 0;
}

/** The check itself, beside this file in the package. */
async function load(): Promise<(files: string) => string> {
  const glue = (await import(new URL('./check/check.js', import.meta.url).href)) as {
    initSync: (module: { module: BufferSource }) => void;
    check: (files: string) => string;
  };
  glue.initSync({ module: await readFile(new URL('./check/check_bg.wasm', import.meta.url)) });
  return glue.check;
}

/** The mistake with the line that it is in, and a mark below its place. */
function show({ path, line, column, message, hint }: Found, files: readonly SourceFile[]): string {
  const text = files.find((file) => file.path === path)?.text.split('\n')[line - 1];
  const gutter = `  ${line} | `;
  const frame = text === undefined ? [] : [gutter + text, `${' '.repeat(gutter.length + column - 1)}^`];
  const advice = hint === null ? [] : [`  hint: ${hint}`];
  return [`${path}:${line}:${column}: ${message}`, ...frame, ...advice].join('\n');
}
