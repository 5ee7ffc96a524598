// Writes the configuration for plain `workerd serve`: the bundle as it is built,
// one socket on a free port, objects stored on the local disk. For tests and the bench, as
// `wrangler dev` puts a proxy in front. Starts nothing.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { dist, inProject, root, thumbsWasmFile, wasmFile } from './project.mjs';

export const objectClasses = ['SystemObject', 'RealmObject', 'AppObject', 'HasherObject'];
export const compatibilityDate = /^compatibility_date = "(.*)"/m.exec(
  readFileSync(inProject('wrangler.toml'), 'utf8'),
)[1];

const glue = (file) => ({ name: relative(root, file), kind: 'esModule', file });

/** The modules of the bundle as it was built: the entry, the Wasm, and what loads it. */
export const bundle = () => [
  glue(inProject('src', 'entry.mjs')),
  glue(inProject('src', 'files.mjs')),
  glue(inProject('src', 'replies.mjs')),
  glue(inProject('src', 'request.mjs')),
  glue(inProject('src', 'thumbs.mjs')),
  ...[wasmFile, thumbsWasmFile].map((file) => ({ name: relative(root, file), kind: 'wasm', file })),
  ...readdirSync(dist, { recursive: true })
    .filter((name) => name.endsWith('.js'))
    .map((name) => glue(join(dist, name))),
];

/** Bytes of all that a deployment uploads, plain and gzipped file by file. */
export function bundleSizes() {
  const files = bundle().map(({ file }) => readFileSync(file));
  const sum = (lengths) => lengths.reduce((all, length) => all + length, 0);
  return {
    plain: sum(files.map((bytes) => bytes.length)),
    gzip: sum(files.map((bytes) => gzipSync(bytes, { level: 9 }).length)),
  };
}

export const bindingName = (className) => className.replace(/Object$/, '').toUpperCase();

/**
 * Writes `folder/workerd.capnp` and gives its path. `modules` are `{name, kind, file}`
 * with the entry first; `classes` are Durable Object classes, bound as `SYSTEM` for
 * `SystemObject` and so on; `vars` are text bindings; `servers` are addresses of HTTP
 * servers by the name of their binding, `buckets` of such as speak R2's protocol.
 */
export function writeWorkerdConfig({
  folder,
  vars = {},
  modules = bundle(),
  classes = objectClasses,
  servers = {},
  buckets = {},
}) {
  const text = JSON.stringify;
  const lines = (object, line) => Object.entries(object).map(([name, value]) => line(text(name), text(value))).join('\n');
  const config = `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "state", disk = (path = ${text(join(folder, 'state'))}, writable = true)),
${lines({ ...servers, ...buckets }, (name, address) => `    (name = ${name}, external = (address = ${address}, http = ())),`)}
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  modules = [
${modules.map(({ name, kind, file }) => `    (name = ${text(name)}, ${kind} = embed ${text(relative(folder, file))}),`).join('\n')}
  ],
  compatibilityDate = ${text(compatibilityDate)},
  durableObjectStorage = (localDisk = "state"),
  durableObjectNamespaces = [
${classes.map((name) => `    (className = ${text(name)}, uniqueKey = ${text(`ringfence-${name}`)}, enableSql = true),`).join('\n')}
  ],
  bindings = [
${classes.map((name) => `    (name = ${text(bindingName(name))}, durableObjectNamespace = ${text(name)}),`).join('\n')}
${lines(vars, (name, value) => `    (name = ${name}, text = ${value}),`)}
${lines(servers, (name) => `    (name = ${name}, service = ${name}),`)}
${lines(buckets, (name) => `    (name = ${name}, r2Bucket = ${name}),`)}
  ],
);
`;
  const path = join(folder, 'workerd.capnp');
  writeFileSync(path, config);
  return path;
}
