// The collections of a live app, as its administrators see them: the schema and the
// rules of fields that its files would declare. Changes nothing there.

import { createClient, RingfenceError, type Client } from '../src/index.ts';
import type { CollectionKind, FieldDeclaration, SchemaDeclaration } from '../src/declare/model.ts';
import { checkType, hiddenBy } from './folder.ts';
import { Mistake } from './terminal.ts';
import type { Hidden } from './types.ts';

/** Which app, and who asks; what is left out is in the environment. */
export interface LiveApp {
  url: string;
  realm: string | undefined;
  app: string | undefined;
  token: string | undefined;
}

/** What the server tells of a collection, as far as types need it. */
interface LiveCollection {
  name: string;
  type: CollectionKind;
  fields: (FieldDeclaration & { name: string; system: boolean })[];
  rules: Record<string, unknown>;
}

const signIn = `Sign in as an administrator: set MASTER_ADMIN_EMAIL and MASTER_ADMIN_PASSWORD,
or RINGFENCE_TOKEN (or --token) to an administrator's access token.`;

/** Reads schema and rules of an app that runs. */
export async function readLive(live: LiveApp): Promise<{ schema: SchemaDeclaration; hidden: Hidden }> {
  const { url } = live;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new Mistake(`"${url}" is no address; write it like http://localhost:8787`);
  }
  if ((live.realm === undefined) !== (live.app === undefined)) throw new Mistake('give both --realm and --app, or neither');
  const collections = await readCollections(live).catch((error: unknown) => {
    throw error instanceof RingfenceError ? new Mistake(explain(error, url)) : error;
  });
  return {
    schema: Object.fromEntries(collections.map((one) => [one.name, declarationOf(one, url)])),
    hidden: new Map(collections.map(({ name, rules }) => [name, hiddenBy(rules)])),
  };
}

async function readCollections(live: LiveApp): Promise<LiveCollection[]> {
  const { realm, app } = live;
  const token = live.token ?? process.env['RINGFENCE_TOKEN'] ?? (await tokenOf(createClient(live.url, { realm, app })));
  const client = createClient(live.url, { realm, app, token });
  const collections: LiveCollection[] = [];
  for (let page = 1; ; page += 1) {
    const query = { page, perPage: 200, skipTotal: true };
    const { body } = await client.send<{ items: LiveCollection[]; perPage: number }>('GET', '/collections', { query });
    collections.push(...body.items);
    if (body.items.length < body.perPage) return collections;
  }
}

async function tokenOf(client: Client): Promise<string> {
  const { MASTER_ADMIN_EMAIL: identity, MASTER_ADMIN_PASSWORD: password } = process.env;
  if (!identity || !password) throw new Mistake(`the collections of an app are for its administrators alone.\n${signIn}`);
  const path = '/collections/_superusers/auth-with-password';
  const { body } = await client.send<{ token: string }>('POST', path, { body: { identity, password }, withToken: false });
  return body.token;
}

function declarationOf({ name, type, fields }: LiveCollection, url: string): SchemaDeclaration[string] {
  const declared = fields.filter((field) => !field.system);
  for (const field of declared) checkType(`${url}, ${name}`, field.name, field);
  return { kind: type, fields: Object.fromEntries(declared.map((field) => [field.name, field])) };
}

function explain(error: RingfenceError, url: string): string {
  switch (error.code) {
    case 'invalid_credentials':
      return `${url}: MASTER_ADMIN_EMAIL and MASTER_ADMIN_PASSWORD are not those of an administrator there.`;
    case 'invalid_token':
      return `${url}: the token does not hold there any more; access tokens live 15 minutes.\n${signIn}`;
    case 'forbidden':
    case 'unauthorized':
      return `${url}: the token is not an administrator's.\n${signIn}`;
    default:
      return error.code === 'network' ? error.message : `${url}: ${error.message}`;
  }
}
