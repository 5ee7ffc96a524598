// The files of `schema/` and `rules/`, and what the schema's declare. Refuses what
// it cannot read; whether it makes sense is for `check`.

import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { fieldTypes, type CollectionDeclaration, type FieldDeclaration, type SchemaDeclaration } from '../src/declare/model.ts';
import { Mistake } from './terminal.ts';

/** A file with its text. */
export interface SourceFile {
  path: string;
  text: string;
}

/** The TOML files of a folder, by name; tests of rules are none. */
export async function readFolder(folder: string): Promise<SourceFile[]> {
  const names = await readdir(folder).catch(() => {
    throw new Mistake(`there is no folder ${folder}; name the right one`);
  });
  const paths = names.filter((name) => name.endsWith('.toml') && !name.endsWith('.test.toml')).sort();
  return Promise.all(
    paths.map(async (name) => ({ path: join(folder, name), text: await readFile(join(folder, name), 'utf8') })),
  );
}

/** The collections that files declare. */
export function readSchema(files: readonly SourceFile[]): SchemaDeclaration {
  const schema: Record<string, CollectionDeclaration> = {};
  for (const file of files) {
    const table = readTable(file);
    if (table['dropped'] === true) continue;
    const fields = (table['fields'] ?? {}) as Record<string, FieldDeclaration>;
    for (const [name, field] of Object.entries(fields)) checkType(file.path, name, field);
    schema[basename(file.path, '.toml')] = { ...table, fields } as CollectionDeclaration;
  }
  for (const file of files) checkRelations(file, schema);
  return schema;
}

/** For each collection, whether rules may keep a field from somebody who reads the record. */
export function readHidden(files: readonly SourceFile[]): Map<string, (field: string) => boolean> {
  return new Map(files.map((file) => [basename(file.path, '.toml'), hiddenBy(readTable(file))]));
}

/** Says which fields the rules of a collection may keep from somebody who reads the record. */
export function hiddenBy(rules: Record<string, unknown>): (field: string) => boolean {
  const fields = (rules['fields'] ?? {}) as Record<string, object>;
  const lists = [rules['list_fields'], rules['view_fields']].filter((list) => list !== undefined).map((list) => [list].flat());
  return (field) =>
    ['read', 'list', 'view'].some((option) => option in (fields[field] ?? {})) ||
    lists.some((list) => !list.includes('*') && !list.includes(field));
}

function readTable(file: SourceFile): Record<string, unknown> {
  try {
    return parse(file.text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [message = ''] = error.message.split('\n');
    throw new Mistake(`${file.path}:${error.line}:${error.column}: ${message}\n\n${error.codeblock}`);
  }
}

/** Refuses a field of a type that there is not. */
export function checkType(place: string, name: string, field: FieldDeclaration): void {
  if (fieldTypes.some((type) => type === field.type)) return;
  const found = field.type === undefined ? 'has no type' : `has the unknown type "${String(field.type)}"`;
  throw new Mistake(`${place}: the field ${name} ${found}; there are ${fieldTypes.join(', ')}`);
}

function checkRelations(file: SourceFile, schema: SchemaDeclaration): void {
  const fields = schema[basename(file.path, '.toml')]?.fields ?? {};
  for (const [name, field] of Object.entries(fields)) {
    if (field.type !== 'relation' || field.collection in schema) continue;
    throw new Mistake(`${file.path}: the relation ${name} leads to ${field.collection}, which is not declared`);
  }
}
