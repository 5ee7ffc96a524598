// Addresses of files that records name. A file is stored by creating or updating a
// record with a `Blob` in its field; this module is about reading it again.

import type { Client } from './client.ts';
import type { SchemaTypes } from './schema.ts';
import type { CallOptions } from './transport.ts';

/** How a file is wanted. */
export interface FileOptions {
  /** A picture in this size, such as `100x100`. */
  thumb?: string | undefined;
  /** To be saved instead of shown. */
  download?: boolean | undefined;
  /** From `fileToken`, for files that not everybody may read. */
  token?: string | undefined;
}

/**
 * The address of a file, as an `<img>` takes it.
 *
 * @example
 * ```ts
 * import { fileUrl } from 'ringfence/files';
 *
 * const record = { id: 'abc', collectionName: 'users' };
 * console.log(fileUrl(client, record, 'me.png', { thumb: '100x100' }));
 * ```
 */
export function fileUrl<S extends SchemaTypes>(
  client: Client<S>,
  record: { id: string; collectionName: string },
  name: string,
  options: FileOptions = {},
): string {
  const path = [record.collectionName, record.id, name].map(encodeURIComponent).join('/');
  const query = new URLSearchParams();
  if (options.thumb) query.set('thumb', options.thumb);
  if (options.download) query.set('download', '1');
  if (options.token) query.set('token', options.token);
  const text = query.toString();
  return `${client.base}/files/${path}${text ? `?${text}` : ''}`;
}

/**
 * A token for `fileUrl` that lives for a short while.
 *
 * @example
 * ```ts
 * import { fileToken, fileUrl } from 'ringfence/files';
 * import type { Client } from 'ringfence';
 *
 * export async function privateFile(from: Client, record: { id: string; collectionName: string }): Promise<string> {
 *   return fileUrl(from, record, 'contract.pdf', { token: await fileToken(from) });
 * }
 * ```
 */
export async function fileToken<S extends SchemaTypes>(client: Client<S>, options: CallOptions = {}): Promise<string> {
  return (await client.send<{ token: string }>('POST', '/files/token', options)).body.token;
}
