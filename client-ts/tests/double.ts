// A server that answers as a test says, for what the real one does not do on
// demand: fail, be late, be full.

import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';

export interface Seen {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  json?: unknown;
  text?: string;
  /** Cuts the connection instead of answering. */
  drop?: boolean;
  /** Answers never. */
  hang?: boolean;
}

/** A server whose answers come from `answer`; `seen` are the requests so far. */
export async function startDouble(answer: (request: Seen, number: number) => Answer | Promise<Answer>) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const one = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    };
    seen.push(one);
    const { status = 200, headers = {}, json, text, drop, hang } = await answer(one, seen.length);
    if (hang) return;
    if (drop) return void request.socket.destroy();
    const body = text ?? (json === undefined ? '' : JSON.stringify(json));
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

/** An error as the server answers it. */
export function failure(status: number, code: string, headers: Record<string, string> = {}): Answer {
  return { status, headers, json: { status, code, message: `This is ${code}.`, data: {} } };
}
