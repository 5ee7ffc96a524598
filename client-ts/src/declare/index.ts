// Schema and rules in TypeScript, for those who want them so: `npx ringfence
// declare` writes them as the TOML files that the server is built from.

export { autodate, bool, date, email, file, geo, json, number, password, relation, select, text, url } from './fields.ts';
export {
  collection,
  defineSchema,
  dropped,
  people,
  type CollectionOptions,
  type DeclaredSchema,
  type Dropped,
  type SystemField,
} from './schema.ts';
export {
  defineRules,
  type CollectionRules,
  type CollectionTexts,
  type DocumentContext,
  type FieldRules,
  type FieldTexts,
  type Rule,
  type RuleContext,
  type RulesOf,
  type RuleTexts,
  type UpdateContext,
} from './rules.ts';
export {
  and,
  any,
  contains,
  endsWith,
  eq,
  gt,
  gte,
  lower,
  lt,
  lte,
  macro,
  ne,
  noneOf,
  not,
  now,
  oneOf,
  or,
  raw,
  startsWith,
} from './operators.ts';
export { Condition, Operand, Subquery, type LooseOperand, type Truth, type Value } from './expression.ts';
export { at, type Caller, type Declared, type Doc, type RequestParts } from './document.ts';
export type {
  AutodateOptions,
  CollectionDeclaration,
  CollectionKind,
  DateOptions,
  FieldDeclaration,
  FieldOptions,
  IndexDeclaration,
  JsonOptions,
  ListOptions,
  NumberOptions,
  PasswordOptions,
  RelationOptions,
  SchemaDeclaration,
  SelectOptions,
  TextOptions,
} from './model.ts';
