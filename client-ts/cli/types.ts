// `ringfence types`: a declared schema as the `Schema` type of a client.

import type { CollectionDeclaration, FieldDeclaration, SchemaDeclaration } from '../src/declare/model.ts';

interface Line {
  name: string;
  type: string;
  isOptional?: boolean;
}

const system: readonly Line[] = ['id', 'collectionId', 'created', 'updated', 'created_by', 'updated_by'].map((name) => ({
  name,
  type: 'string',
}));

/** Says of a collection which of its fields rules may keep from a reader. */
export type Hidden = ReadonlyMap<string, (field: string) => boolean>;

/** The TypeScript module that declares the schema's types. */
export function writeTypes(schema: SchemaDeclaration, hidden: Hidden): string {
  const names = Object.keys(schema).sort();
  const typeNames = nameTypes(names);
  const collections = names.map((name) => ({ name, typeName: typeNames.get(name) ?? name, declared: schema[name] }));
  const blocks: string[] = [];
  const members: string[] = [];
  for (const { name, typeName, declared } of collections) {
    if (!declared) continue;
    blocks.push(
      block(`${typeName}Record`, `A record of \`${name}\`, as it is read.`, recordLines(name, declared, hidden.get(name))),
      block(`${typeName}Insert`, `What creates a record of \`${name}\`.`, insertLines(declared)),
      block(`${typeName}Update`, `What changes a record of \`${name}\`.`, updateLines(declared)),
    );
    members.push(member(name, typeName, declared, relationLines(name, schema)));
  }
  const body = [...blocks, `/** The collections of the app, for \`createClient<Schema>\`. */\nexport type Schema = {\n${members.join('')}};\n`].join(
    '\n',
  );
  const used = ['GeoPoint', 'Json', 'Many', 'One', 'Upload'].filter((name) => new RegExp(`\\b${name}\\b`).test(body));
  const imports = used.length ? `import type { ${used.join(', ')} } from 'ringfence';\n\n` : '';
  return `// Written by \`ringfence types\`. Change the schema and run it again.\n\n${imports}${body}`;
}

function recordLines(name: string, { kind, fields }: CollectionDeclaration, isHidden = (_: string): boolean => false): Line[] {
  const declared = visible(fields).map(([field, is]) => ({ name: field, type: readType(is), isOptional: isHidden(field) }));
  const auth: Line[] =
    kind === 'auth'
      ? [
          { name: 'email', type: 'string', isOptional: true },
          { name: 'emailVisibility', type: 'boolean' },
          { name: 'verified', type: 'boolean' },
        ]
      : [];
  return [...system, { name: 'collectionName', type: quote(name) }, ...auth, ...declared];
}

function insertLines({ kind, fields }: CollectionDeclaration): Line[] {
  const declared = writable(fields).map(([name, is]) => ({
    name,
    type: orUnset(is, writeType(is)),
    isOptional: !is.required || is.default !== undefined,
  }));
  const auth: Line[] =
    kind === 'auth'
      ? [
          { name: 'email', type: 'string' },
          { name: 'emailVisibility', type: 'boolean', isOptional: true },
          { name: 'password', type: 'string' },
          { name: 'passwordConfirm', type: 'string', isOptional: true },
        ]
      : [];
  return [{ name: 'id', type: 'string', isOptional: true }, ...auth, ...declared];
}

function updateLines({ kind, fields }: CollectionDeclaration): Line[] {
  const auth: Line[] =
    kind === 'auth'
      ? ['email', 'emailVisibility', 'password', 'passwordConfirm', 'oldPassword'].map((name) => ({
          name,
          type: name === 'emailVisibility' ? 'boolean' : 'string',
        }))
      : [];
  const declared = writable(fields).flatMap(([name, is]) => [{ name, type: orUnset(is, writeType(is)) }, ...modifiers(name, is)]);
  return [...auth, ...declared].map((line) => ({ ...line, isOptional: true }));
}

/** Changes relative to what is stored. */
function modifiers(name: string, field: Declared): Line[] {
  if (field.type === 'number') return [`${name}+`, `${name}-`].map((key) => ({ name: quote(key), type: 'number' }));
  if (!isMany(field)) return [];
  const one = single(field, 'write');
  const type = `${one} | ${list(one)}`;
  return [`${name}+`, `+${name}`, `${name}-`].map((key) => ({ name: quote(key), type }));
}

function relationLines(name: string, schema: SchemaDeclaration): Line[] {
  const lines: Line[] = [];
  for (const [field, is] of visible(schema[name]?.fields ?? {})) {
    if (is.type === 'relation') lines.push({ name: field, type: leadsTo(is.collection, isMany(is)) });
  }
  for (const other of Object.keys(schema).sort()) {
    for (const [field, is] of visible(schema[other]?.fields ?? {})) {
      if (is.type !== 'relation' || is.collection !== name) continue;
      lines.push({ name: `${other}_via_${field}`, type: leadsTo(other, !is.unique || isMany(is)) });
    }
  }
  return lines;
}

function leadsTo(collection: string, isToMany: boolean): string {
  return `${isToMany ? 'Many' : 'One'}<${quote(collection)}>`;
}

type Declared = Exclude<FieldDeclaration, { type: 'password' }>;

function visible(fields: CollectionDeclaration['fields']): [string, Declared][] {
  return Object.entries(fields).filter((entry): entry is [string, Declared] => {
    const [, field] = entry;
    return field.type !== 'password' && !field.hidden;
  });
}

function writable(fields: CollectionDeclaration['fields']): [string, Declared][] {
  return visible(fields).filter(([, field]) => field.type !== 'autodate');
}

function readType(field: Declared): string {
  const one = single(field, 'read');
  if (isMany(field)) return list(one);
  if (field.nullable) return field.required ? one : `${one} | null`;
  // What is not chosen is the empty text.
  return field.type === 'select' && !field.required ? `${one} | ''` : one;
}

function writeType(field: Declared): string {
  const one = single(field, 'write');
  return isMany(field) ? list(one) : one;
}

/** Null unsets a field, whatever its type. */
function orUnset(field: Declared, type: string): string {
  return field.required || field.type === 'json' ? type : `${type} | null`;
}

function single(field: Declared, direction: 'read' | 'write'): string {
  switch (field.type) {
    case 'number':
      return 'number';
    case 'bool':
      return 'boolean';
    case 'json':
      return 'Json';
    case 'geo':
      return 'GeoPoint';
    case 'select':
      return field.values.map(quote).join(' | ');
    case 'date':
      return direction === 'write' ? 'string | Date' : 'string';
    case 'file':
      return direction === 'write' ? 'Blob | Upload | string' : 'string';
    default:
      return 'string';
  }
}

function isMany(field: Declared): boolean {
  return 'many' in field && field.many === true;
}

function list(one: string): string {
  return one.includes(' | ') ? `(${one})[]` : `${one}[]`;
}

function block(name: string, comment: string, lines: readonly Line[]): string {
  return `/** ${comment} */\nexport interface ${name} {\n${write(lines, '  ')}}\n`;
}

function member(name: string, typeName: string, { kind = 'base' }: CollectionDeclaration, relations: readonly Line[]): string {
  const inner = relations.length ? `{\n${write(relations, '      ')}    }` : 'Record<never, never>';
  const types = ['Record', 'Insert', 'Update'].map((part) => `    ${part.toLowerCase()}: ${typeName}${part};\n`).join('');
  return `  ${name}: {\n    kind: ${quote(kind)};\n${types}    relations: ${inner};\n  };\n`;
}

function write(lines: readonly Line[], indent: string): string {
  return lines.map(({ name, type, isOptional }) => `${indent}${name}${isOptional ? '?' : ''}: ${type};\n`).join('');
}

function quote(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1);
  return text.includes("'") ? `"${inner}"` : `'${inner.replaceAll('\\"', '"')}'`;
}

/** A name for the types of each collection; `my_posts` and `myPosts` get different ones. */
function nameTypes(names: readonly string[]): Map<string, string> {
  const taken = new Set<string>();
  return new Map(
    names.map((name) => {
      const plain = name.replace(/(?:^|_+)([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());
      let typeName = plain;
      for (let number = 2; taken.has(typeName); number += 1) typeName = `${plain}${number}`;
      taken.add(typeName);
      return [name, typeName];
    }),
  );
}
