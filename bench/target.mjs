// What both sides of the bench share: a server with its folder, the documents it
// is filled with, and whose they are. How they are sent is each side's own.

import { mkdirSync, readFileSync } from 'node:fs';
import { startWorkerd } from '../scripts/workerd.mjs';
import { Connection, Connections } from './load.mjs';

export const ROWS = 100_000;
export const BATCH_ROWS = 1_000;
export const CONNECTIONS = 16;
const OWNERS = 20;
const COLORS = ['yellow', 'green', 'blue', 'red'];

export class Target {
  /** How its server is started. */
  launch = startWorkerd;

  constructor(folder) {
    this.folder = folder;
    this.sent = 0;
    mkdirSync(folder, { recursive: true });
  }

  async start() {
    this.started = performance.now();
    this.server = await this.launch({ folder: this.folder, keepsOutput: false, ...this.serverOptions() });
  }

  async restart() {
    await this.stop();
    await this.start();
  }

  async stop() {
    this.connections?.close();
    await this.server?.stop();
    this.server = null;
  }

  /** Of the thread that serves, since it began; not a number where the system does not tell. */
  cpuSeconds() {
    try {
      return Number(readFileSync(`/proc/${this.server.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e9;
    } catch {
      return NaN;
    }
  }

  async connect(count = CONNECTIONS) {
    this.connections?.close();
    this.connections = await Connections.open(this.server.port, count);
  }

  /** Puts the rows in, and remembers the ids of those of the first owner. */
  async fill() {
    await this.signUp(OWNERS);
    this.ids = [];
    const connection = await Connection.open(this.server.port);
    for (let batch = 0; batch < ROWS / BATCH_ROWS; batch += 1) {
      const documents = Array.from({ length: BATCH_ROWS }, (_, row) => this.document(this.owners[row % OWNERS]));
      const { body } = await connection.send(this.batchRequest(documents, this.adminToken));
      this.ids.push(...this.idsOf(body).filter((_, row) => row % OWNERS === 0));
    }
    connection.close();
    const own = Array.from({ length: BATCH_ROWS }, () => this.document(this.owners[0]));
    const batch = this.batchRequest(own, this.token);
    this.batch = () => batch;
  }

  ownId() {
    return this.ids[Math.floor(Math.random() * this.ids.length)];
  }

  /** A note as people write them: a title, a paragraph, a handful of short values. */
  document(owner) {
    this.sent += 1;
    return {
      owner,
      title: `Check the delivery of order ${this.sent}`,
      body: 'Call the carrier, compare the list with what arrived, and note what is missing or broken.',
      color: COLORS[this.sent % COLORS.length],
      pinned: this.sent % 5 === 0,
      remind: '2026-12-24 10:00:00.000Z',
    };
  }

  change() {
    this.sent += 1;
    return { title: `Check the delivery of order ${this.sent} again`, pinned: this.sent % 5 === 0 };
  }
}
