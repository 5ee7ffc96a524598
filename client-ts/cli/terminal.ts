// What the commands share: flags, and mistakes that are somebody's to mend.

import { parseArgs } from 'node:util';

/** Something that whoever typed the command can mend. */
export class Mistake extends Error {}

/** The flags of a command, all of them texts or switches, and what stands beside them. */
export function readFlags<T extends Record<string, 'string' | 'boolean'>>(
  args: readonly string[],
  flags: T,
): { values: { [K in keyof T]?: T[K] extends 'string' ? string : boolean }; words: string[] } {
  const options = Object.fromEntries(Object.entries(flags).map(([name, type]) => [name, { type }]));
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { values: values as never, words: positionals };
  } catch (error) {
    throw new Mistake((error as Error).message);
  }
}
