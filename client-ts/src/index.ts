// The client. Files are in `ringfence/files`, schema and rules in `ringfence/declare`.

export { createClient, type Client, type ClientOptions } from './client.ts';
export type { Auth, AuthMethods, SignedIn } from './auth.ts';
export type { BatchOperations, CollectionOperations, Operation, Results } from './batch.ts';
export type { ChangeOptions, Collection, CreateOptions, UpdateOptions } from './collection.ts';
export type {
  Comparable,
  ConditionMaker,
  Equalities,
  EqualityOperator,
  ListOperator,
  OperandFor,
  OperatorFor,
  OrderOperator,
  TextOperator,
} from './condition.ts';
export {
  clientCodes,
  fieldCodes,
  isError,
  RingfenceError,
  serverCodes,
  type ClientCode,
  type ErrorCode,
  type ErrorDetails,
  type FieldCode,
  type FieldError,
  type ServerCode,
} from './errors.ts';
export { all, any, filter, Filter, not, rawFilter, type FilterValue } from './filter.ts';
export type { BulkOptions, IterateOptions, Page, PageOptions, Part, PartOptions, Query } from './query.ts';
export type { ExpandPath, FieldPath, Result, SortKey, ValueAt } from './result.ts';
export type {
  AnyRecord,
  AnySchema,
  AuthCollectionName,
  CollectionName,
  CollectionTypes,
  GeoPoint,
  Json,
  Many,
  One,
  SchemaTypes,
  Upload,
  UserInsert,
  UserRecord,
} from './schema.ts';
export { memoryStorage, type SessionStorage } from './storage.ts';
export type { CallOptions, Reply, SendOptions, WriteOptions } from './transport.ts';
export type { Progress } from './upload.ts';
