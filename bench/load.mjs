// The load generator: HTTP/1.1 over keep-alive sockets, one request in flight a
// connection, replies only measured and counted. Written here because on two
// cores a full HTTP client would be the bottleneck; it knows no redirects, no
// TLS, no pipelining.

import { connect } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');
const EMPTY = Buffer.alloc(0);
// Longer replies are counted, and given as an empty body.
const KEPT_BYTES = 8 * 1024 * 1024;

/** Keep-alive connections to one server. */
export class Connections {
  static async open(port, count) {
    const opening = Array.from({ length: count }, () => Connection.open(port));
    return new Connections(await Promise.all(opening), port);
  }

  constructor(all, port) {
    this.all = all;
    this.port = port;
  }

  /** Does `work` on every connection, again and again, for `seconds`. */
  async drive(seconds, work) {
    const latencies = [];
    const started = performance.now();
    const until = started + seconds * 1000;
    const busy = process.cpuUsage();
    await Promise.all(
      this.all.map(async (connection) => {
        while (performance.now() < until) {
          const sent = performance.now();
          await work(connection);
          latencies.push(performance.now() - sent);
        }
      }),
    );
    const elapsed = (performance.now() - started) / 1000;
    const cpu = process.cpuUsage(busy);
    return { count: latencies.length, elapsed, latencies, cpu: (cpu.user + cpu.system) / 1e6 / elapsed };
  }

  // For one that was idle for some seconds, which a server then closes.
  async #another() {
    const connection = await Connection.open(this.port);
    this.all.push(connection);
    return connection;
  }

  /** Sends at a fixed rate whatever the server does; a wait for a free connection counts. */
  async pace(seconds, perSecond, next) {
    const latencies = [];
    const idle = [...this.all];
    const queue = [];
    const inFlight = new Set();
    const serve = async (before, due) => {
      const connection = before.isClosed ? await this.#another() : before;
      await connection.send(next());
      latencies.push(performance.now() - due);
      const waiting = queue.shift();
      if (waiting !== undefined) return serve(connection, waiting);
      idle.push(connection);
    };
    const started = performance.now();
    for (let index = 0; index < seconds * perSecond; index += 1) {
      const due = started + (index * 1000) / perSecond;
      const wait = due - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      const connection = idle.pop();
      if (!connection) {
        queue.push(due);
        continue;
      }
      const task = serve(connection, due).finally(() => inFlight.delete(task));
      inFlight.add(task);
    }
    await Promise.all(inFlight);
    return { count: latencies.length, latencies };
  }

  close() {
    for (const connection of this.all) connection.close();
  }
}

/** One socket. A reply outside 2xx is an error: a fast refusal is no result. */
export class Connection {
  static open(port) {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      socket.once('connect', () => resolve(new Connection(socket)));
      socket.once('error', reject);
    });
  }

  constructor(socket) {
    this.socket = socket;
    this.pending = null;
    this.chunks = [];
    this.received = 0;
    this.expected = -1;
    socket.removeAllListeners('error');
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  /** Sends a whole request, in pieces if need be; resolves to `{status, body}` once the reply is complete. */
  send(...pieces) {
    return new Promise((resolve, reject) => {
      this.pending = { resolve, reject };
      for (const piece of pieces) this.socket.write(piece);
    });
  }

  get isClosed() {
    return this.socket.destroyed;
  }

  close() {
    this.pending = null;
    this.socket.destroy();
  }

  #read(chunk) {
    this.received += chunk.length;
    if (this.expected > KEPT_BYTES) this.chunks = [];
    else this.chunks.push(chunk);
    if (this.expected > 0 && this.received < this.expected) return;
    if (this.expected > KEPT_BYTES) return this.#settle(this.status, EMPTY);
    const all = this.chunks.length === 1 ? chunk : Buffer.concat(this.chunks);
    this.chunks = [all];
    const head = all.indexOf(HEAD_END);
    if (head < 0) return;
    const start = head + 4;
    const text = all.latin1Slice(0, head);
    this.status = Number(text.slice(9, 12));
    const length = /\r\ncontent-length: *(\d+)/i.exec(text);
    if (length) this.expected = start + Number(length[1]);
    else if (/\r\ntransfer-encoding: *chunked/i.test(text)) {
      if (!all.subarray(-5).equals(LAST_CHUNK)) return;
      this.expected = all.length;
    } else this.expected = start;
    if (all.length < this.expected) return;
    const body = all.subarray(start, this.expected);
    this.#settle(this.status, length ? body : joined(body));
  }

  #settle(status, body) {
    const { resolve, reject } = this.pending;
    this.pending = null;
    this.chunks = [];
    this.received = 0;
    this.expected = -1;
    if (status >= 200 && status < 300) resolve({ status, body });
    else reject(new Error(`status ${status}: ${body.toString().slice(0, 500)}`));
  }

  #fail(error) {
    this.pending?.reject(error);
    this.pending = null;
  }
}

// A body without its chunks' lengths.
function joined(body) {
  const parts = [];
  for (let at = 0; at < body.length;) {
    const line = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.latin1Slice(at, line), 16);
    parts.push(body.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
  return Buffer.concat(parts);
}

/** The bytes of a request; made before the clock runs where it can be. */
export function request(method, path, { token, json } = {}) {
  if (json === undefined) return head(method, path, { token });
  const body = Buffer.from(JSON.stringify(json));
  return Buffer.concat([head(method, path, { token, type: 'application/json', length: body.length }), body]);
}

/** The bytes of a request without its body, which is sent as it is. */
export function head(method, path, { token, type, length } = {}) {
  const lines = [`${method} ${path} HTTP/1.1`, 'host: 127.0.0.1'];
  if (token) lines.push(`authorization: Bearer ${token}`);
  if (type) lines.push(`content-type: ${type}`);
  if (length !== undefined) lines.push(`content-length: ${length}`);
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
}
