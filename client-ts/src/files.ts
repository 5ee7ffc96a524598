// Files that records name: their addresses, and large ones sent by themselves before
// the record is written. Small ones go with the record, as a `Blob` in its field.

import type { Client } from './client.ts';
import type { CollectionName, SchemaTypes, Upload } from './schema.ts';
import type { CallOptions } from './transport.ts';
import type { Progress } from './upload.ts';

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

/** The fields of a collection that hold files. */
export type FileField<S extends SchemaTypes, C extends CollectionName<S>> = {
  [F in keyof S[C]['insert'] & string]-?: Upload extends Single<S[C]['insert'][F]> ? F : never;
}[keyof S[C]['insert'] & string];

type Single<T> = T extends readonly (infer E)[] ? E : T;

/** Where a file is to go. */
export interface UploadPlace<S extends SchemaTypes, C extends CollectionName<S>> {
  collection: C;
  field: FileField<S, C>;
  /** The id of the record, where there is one already. */
  record?: string | undefined;
}

/** How a file is sent. */
export interface UploadOptions {
  /** Ends the sending; what was sent waits a day for the rest. */
  signal?: AbortSignal | undefined;
  /** Is called while it is on its way; only browsers say so before a part has arrived. */
  onProgress?: ((progress: Progress) => void) | undefined;
  /** Is called once the server expects it. Whoever keeps what it gets can resume after a break. */
  onStart?: ((upload: Upload) => void) | undefined;
  /** An upload of the same file that was broken off: only what is missing is sent. */
  resume?: Upload | undefined;
}

/** What the server tells of an upload. */
interface Expected {
  id: string;
  size: number;
  complete: boolean;
  /** Of all parts but the last. */
  partSize?: number;
  /** The numbers, from 1, of those that are there. */
  parts?: number[];
}

/** So many parts are on their way at once. */
const LANES = 3;

/**
 * Sends a file of any size in parts, each tried again by itself, and gives what the
 * record's field takes. Files of up to 16 MB need none of it: they go with the record.
 *
 * @example
 * ```ts
 * import { uploadFile } from 'ringfence/files';
 * import type { Client, Upload } from 'ringfence';
 * import type { Schema } from './schema.ts';
 *
 * export async function attach(app: Client<Schema>, comment: string, film: File, before?: Upload): Promise<void> {
 *   const place = { collection: 'comments', field: 'attachments', record: comment } as const;
 *   const upload = await uploadFile(app, place, film, {
 *     resume: before,
 *     onStart: (begun) => sessionStorage.setItem(film.name, begun.upload),
 *     onProgress: ({ loaded, total }) => console.log(`${Math.round((100 * loaded) / total)} %`),
 *   });
 *   await app.collection('comments').update(comment, { 'attachments+': upload });
 * }
 * ```
 */
export async function uploadFile<S extends SchemaTypes, C extends CollectionName<S>>(
  client: Client<S>,
  place: UploadPlace<S, C>,
  file: Blob,
  options: UploadOptions = {},
): Promise<Upload> {
  const { resume, signal, onStart, onProgress } = options;
  const name = file instanceof File ? file.name : 'file';
  const announced = { ...place, name, size: file.size, parts: true };
  const { body: expected } = resume
    ? await client.send<Expected>('GET', pathOf(resume.upload), { signal })
    : await client.send<Expected>('POST', '/files/uploads', { signal, body: announced });
  if (expected.size !== file.size) throw new TypeError('This is not the file whose upload was begun: its size is another.');
  onStart?.({ upload: expected.id });
  if (!expected.complete) {
    await sendParts(client, expected, file, signal, onProgress);
    await client.send('POST', `${pathOf(expected.id)}/complete`, { signal });
  }
  return { upload: expected.id };
}

async function sendParts<S extends SchemaTypes>(
  client: Client<S>,
  { id, size, partSize = size, parts = [] }: Expected,
  file: Blob,
  signal: AbortSignal | undefined,
  onProgress: UploadOptions['onProgress'],
): Promise<void> {
  const slices = Array.from({ length: Math.max(1, Math.ceil(size / partSize)) }, (_, at) => file.slice(at * partSize, (at + 1) * partSize));
  const loaded = slices.map((slice, at) => (parts.includes(at + 1) ? slice.size : 0));
  const missing = slices.map((_, at) => at).filter((at) => !parts.includes(at + 1));
  const send = async (at: number): Promise<void> => {
    const slice = slices[at];
    const tell = (sent: number): void => {
      // What a form or a proxy adds is not of the file.
      loaded[at] = Math.min(sent, slice?.size ?? 0);
      onProgress?.({ loaded: loaded.reduce((sum, one) => sum + one, 0), total: size });
    };
    await client.send('PUT', `${pathOf(id)}/parts/${at + 1}`, { signal, body: slice, onProgress: (one) => tell(one.loaded) });
  };
  // The first part tells the server the type: a refusal comes before the rest is sent.
  if (missing[0] === 0) await send(missing.shift() ?? 0);
  const lane = async (): Promise<void> => {
    for (let at = missing.shift(); at !== undefined; at = missing.shift()) await send(at);
  };
  const stop = (error: unknown): never => {
    missing.length = 0;
    throw error;
  };
  await Promise.all(Array.from({ length: LANES }, () => lane().catch(stop)));
}

function pathOf(upload: string): string {
  return `/files/uploads/${encodeURIComponent(upload)}`;
}
