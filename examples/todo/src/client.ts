// The one client of the app. It keeps the session in the browser and refreshes it.

import { createClient, type Result } from 'ringfence';
import type { Schema, TasksRecord, UsersRecord } from './schema.ts';

export const client = createClient<Schema>(window.location.origin);

/** One of the caller's memberships, with its team. */
export type Membership = Result<Schema, 'memberships', 'team'>;
/** A member of a team, with the person. */
export type Member = Result<Schema, 'memberships', 'user'>;
/** What somebody said, with their record. */
export type Comment = Result<Schema, 'comments', 'author'>;
export type List = Schema['projects']['record'];
export type Task = TasksRecord;
export type User = UsersRecord;
export type Role = Membership['role'];

/** An id for a record, made here so that one batch can create records that name each other. */
export function newId(): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
  const bytes = crypto.getRandomValues(new Uint8Array(15));
  return Array.from(bytes, (byte) => letters[byte % letters.length]).join('');
}
