// Our client in headless Chromium, as pages load it: what only a browser has, two
// tabs that share a session, and the progress of an upload; and the rule language.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { findChromium } from '../../scripts/chromium.mjs';
import { inProject } from '../../scripts/project.mjs';
import { startMiniflare } from '../../scripts/miniflare.mjs';
import { startServer } from '../runtime/server.mjs';

const modules = inProject('client-ts', 'dist');
const program = inProject('client-ts', 'tests', 'program.mjs');
const emptyPage = `<!doctype html><title>a page</title>
<script type="importmap">{ "imports": { "ringfence": "/client/index.js" } }</script>`;

/** A site with an empty page and the client's modules; gives its address. */
async function startSite(t) {
  if (!existsSync(join(modules, 'index.js'))) {
    (await import('../../client-ts/scripts/install.mjs')).install();
    await (await import('../../client-ts/scripts/build.mjs')).build();
  }
  const site = createServer((request, response) => {
    const name = /^\/client\/([\w/-]+\.(js|wasm))$/.exec(request.url)?.[1];
    const file = request.url === '/program.mjs' ? program : name && join(modules, name);
    const type = name?.endsWith('.wasm') ? 'application/wasm' : 'text/javascript';
    response.setHeader('content-type', file ? type : 'text/html');
    response.end(file ? readFileSync(file) : emptyPage);
  });
  await new Promise((done) => site.listen(0, '127.0.0.1', done));
  t.after(() => site.close());
  return `http://127.0.0.1:${site.address().port}/`;
}

/** A tab with a client in `window.client`. */
async function openTab(context, site, server) {
  const tab = await context.newPage();
  await tab.goto(site);
  await tab.evaluate(async (url) => {
    const { createClient } = await import('/client/index.js');
    window.client = createClient(url);
  }, server);
  return tab;
}

async function openBrowser(t) {
  const { executablePath, env } = await findChromium();
  const browser = await chromium.launch({ executablePath, env: { ...process.env, ...env } });
  t.after(() => browser.close());
  return browser;
}

test('the program that runs in every runtime, in a page', async (t) => {
  const { url } = await startServer(t);
  const site = await startSite(t);
  const page = await (await openBrowser(t)).newPage();
  await page.goto(site);
  const { out, expected } = await page.evaluate(async (server) => {
    const { run, expected } = await import('/program.mjs');
    return { out: await run(server), expected };
  }, url);
  assert.deepEqual(out, expected);
});

test('the rule language in a page, which fetches its module from beside the script', async (t) => {
  const page = await (await openBrowser(t)).newPage();
  await page.goto(await startSite(t));
  const answer = await page.evaluate(async () => {
    const { loadRules } = await import('/client/rules/index.js');
    const app = (await loadRules()).app({
      schema: { users: { kind: 'auth' }, notes: { fields: { owner: { type: 'relation', collection: 'users' } } } },
      rules: { notes: { delete: 'owner = @request.auth.id' } },
    });
    const caller = { collection: 'users', record: { id: 'u1' } };
    const rule = app.rule('notes', 'delete');
    const may = ['u1', 'u2'].map((owner) => rule.evaluate({ caller, document: { owner } }));
    const { deciding } = rule.explain({ caller, document: { owner: 'u2' } });
    return { may, values: deciding.values, hint: app.check('notes', 'view', 'ownr = null')[0].hint };
  });
  assert.deepEqual(answer, {
    may: [true, false],
    values: [
      { text: 'owner', value: 'u2' },
      { text: '@request.auth.id', value: 'u1' },
    ],
    hint: 'did you mean owner?',
  });
});

test('the client in a browser', async (t) => {
  const { url } = await startServer(t, { start: startMiniflare });
  const site = await startSite(t);
  const browser = await openBrowser(t);
  const context = await browser.newContext();
  let refreshes = 0;
  context.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/refresh')) refreshes += 1;
  });
  const [first, second] = [await openTab(context, site, url), await openTab(context, site, url)];
  const nameIn = (tab) => tab.waitForFunction(() => window.client.auth.user?.name).then((name) => name.jsonValue());

  await t.test('who signs in in one tab is signed in in the other', async () => {
    await first.evaluate(() => window.client.auth.signUp({ email: 'ann@example.com', password: 'a long password', name: 'Ann' }));
    assert.equal(await nameIn(second), 'Ann');
  });

  await t.test('both tabs need a new token, and one of them fetches it', async () => {
    await first.evaluate(() => {
      const key = Object.keys(localStorage).find((name) => name.startsWith('ringfence:'));
      localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage.getItem(key)), expiresAt: 0 }));
    });
    // Pages that are opened now find the token expired.
    const tabs = [await openTab(context, site, url), await openTab(context, site, url)];
    refreshes = 0;
    const counts = await Promise.all(
      tabs.map((tab) => tab.evaluate(() => Promise.all([1, 2, 3].map(() => window.client.collection('users').count())))),
    );
    assert.deepEqual(counts, [[1, 1, 1], [1, 1, 1]]);
    assert.equal(refreshes, 1);
  });

  await t.test('a file goes with progress, and a page shows it', async () => {
    const { width, progress } = await first.evaluate(async () => {
      const picture = document.createElement('canvas');
      [picture.width, picture.height] = [400, 300];
      const context = picture.getContext('2d');
      // What is random is not made small.
      const pixels = context.createImageData(400, 300);
      for (let at = 0; at < pixels.data.length; at += 65_536) crypto.getRandomValues(pixels.data.subarray(at, at + 65_536));
      context.putImageData(pixels, 0, 0);
      const bytes = await new Promise((done) => picture.toBlob(done, 'image/png'));
      const seen = [];
      const { users, id } = { users: window.client.collection('users'), id: window.client.auth.user.id };
      const record = await users.update(id, { avatar: new File([bytes], 'me.png') }, { onProgress: (one) => seen.push(one) });
      const { fileToken, fileUrl } = await import('/client/files.js');
      const image = new Image();
      image.src = fileUrl(window.client, record, record.avatar, { token: await fileToken(window.client) });
      await image.decode();
      return { width: image.naturalWidth, progress: seen.at(-1) };
    });
    assert.equal(width, 400);
    assert.ok(progress.total > 300_000);
    assert.equal(progress.loaded, progress.total);
  });

  await t.test('a large file goes in parts, with progress within each', async () => {
    const network = await context.newCDPSession(first);
    const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 20_000_000 };
    await network.send('Network.emulateNetworkConditions', slow);
    const { progress, size } = await first.evaluate(async () => {
      const { uploadFile } = await import('/client/files.js');
      const file = new File([new Uint8Array(20_000_000)], 'film.bin');
      const seen = [];
      const place = { collection: 'comments', field: 'attachments' };
      await uploadFile(window.client, place, file, { onProgress: ({ loaded }) => seen.push(loaded) });
      return { progress: seen, size: file.size };
    });
    assert.equal(progress.at(-1), size);
    assert.ok(progress.length > 3 && progress.every((loaded) => loaded <= size), `${progress}`);
  });

  await t.test('who signs out in one tab is signed out in the other', async () => {
    await first.evaluate(() => window.client.auth.signOut());
    await second.waitForFunction(() => window.client.auth.user === null);
    assert.equal(await second.evaluate(() => localStorage.length), 0);
  });
});
