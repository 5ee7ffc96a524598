// The load generator: HTTP/1.1 over keep-alive sockets, one request in flight a
// connection, replies only measured and counted. Written here because on two
// cores a full HTTP client would be the bottleneck; it knows no redirects, no
// TLS, no pipelining.

import { connect } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');

/** Keep-alive connections to one server. */
export class Connections {
  static async open(port, count) {
    const opening = Array.from({ length: count }, () => Connection.open(port));
    return new Connections(await Promise.all(opening));
  }

  constructor(all) {
    this.all = all;
  }

  /** Sends `next()` on every connection, again and again, for `seconds`. */
  async drive(seconds, next) {
    const latencies = [];
    const started = performance.now();
    const until = started + seconds * 1000;
    const busy = process.cpuUsage();
    await Promise.all(
      this.all.map(async (connection) => {
        while (performance.now() < until) {
          const sent = performance.now();
          await connection.send(next());
          latencies.push(performance.now() - sent);
        }
      }),
    );
    const elapsed = (performance.now() - started) / 1000;
    const cpu = process.cpuUsage(busy);
    return { count: latencies.length, elapsed, latencies, cpu: (cpu.user + cpu.system) / 1e6 / elapsed };
  }

  /** Sends at a fixed rate whatever the server does; a wait for a free connection counts. */
  async pace(seconds, perSecond, next) {
    const latencies = [];
    const idle = [...this.all];
    const queue = [];
    const inFlight = new Set();
    const serve = async (connection, due) => {
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

  /** Sends a whole request; resolves to `{status, body}` once the reply is complete. */
  send(request) {
    return new Promise((resolve, reject) => {
      this.pending = { resolve, reject };
      this.socket.write(request);
    });
  }

  close() {
    this.pending = null;
    this.socket.destroy();
  }

  #read(chunk) {
    this.chunks.push(chunk);
    this.received += chunk.length;
    if (this.expected > 0 && this.received < this.expected) return;
    const all = this.chunks.length === 1 ? chunk : Buffer.concat(this.chunks);
    this.chunks = [all];
    const head = all.indexOf(HEAD_END);
    if (head < 0) return;
    const start = head + 4;
    const text = all.latin1Slice(0, head);
    const length = /\r\ncontent-length: *(\d+)/i.exec(text);
    if (length) this.expected = start + Number(length[1]);
    else if (/\r\ntransfer-encoding: *chunked/i.test(text)) {
      if (!all.subarray(-5).equals(LAST_CHUNK)) return;
      this.expected = all.length;
    } else this.expected = start;
    if (all.length < this.expected) return;
    this.#settle(Number(text.slice(9, 12)), all.subarray(start, this.expected));
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

/** The bytes of a request; made before the clock runs where it can be. */
export function request(method, path, { token, json } = {}) {
  const body = json === undefined ? null : Buffer.from(JSON.stringify(json));
  const head = [`${method} ${path} HTTP/1.1`, 'host: 127.0.0.1'];
  if (token) head.push(`authorization: Bearer ${token}`);
  if (body) head.push('content-type: application/json', `content-length: ${body.length}`);
  const start = Buffer.from(`${head.join('\r\n')}\r\n\r\n`);
  return body ? Buffer.concat([start, body]) : start;
}
