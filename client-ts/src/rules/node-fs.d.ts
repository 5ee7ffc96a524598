// The one thing that node.ts needs of Node, so that the rest of the client is
// compiled without Node's types and cannot use them by mistake.

declare module 'node:fs/promises' {
  export function readFile(path: URL): Promise<Uint8Array<ArrayBuffer>>;
}
