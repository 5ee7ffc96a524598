// The example app in headless Chromium: its server, its pages, and people who use
// them as a person does, by what they read and not by how the page is made.

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { findChromium } from '../../scripts/chromium.mjs';
import { example } from '../../scripts/example.mjs';
import { startServer } from '../runtime/server.mjs';

export const PASSWORD = 'correct horse battery';

/** Serves the built app, with a fresh server behind it, for as long as `t` lasts. */
export async function openApp(t) {
  const server = await startServer(t);
  const vite = createRequire(`${example}/package.json`).resolve('vite');
  const { preview } = await import(pathToFileURL(vite));
  const proxy = { '/api': server.url };
  const site = await preview({ root: example, logLevel: 'error', preview: { port: 0, host: '127.0.0.1', proxy } });
  t.after(() => site.close());
  const { executablePath, env } = await findChromium();
  const browser = await chromium.launch({ executablePath, env: { ...process.env, ...env } });
  t.after(() => browser.close());
  const url = `http://127.0.0.1:${site.httpServer.address().port}/`;
  return { browser, url };
}

/** Somebody at a browser of their own, who has not signed in. */
export async function visitor(t, { browser, url }) {
  const context = await browser.newContext({ viewport: { width: 1100, height: 800 } });
  context.setDefaultTimeout(15_000);
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** Somebody who has created an account. */
export async function person(t, app, name) {
  const page = await visitor(t, app);
  await page.getByRole('button', { name: 'Create an account' }).click();
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Email address').fill(`${name.toLowerCase()}@example.com`);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('heading', { name: `Hello, ${name}` }).waitFor();
  return page;
}

/** Fills in a form of one line and sends it. */
export async function submit(page, label, text) {
  await page.getByLabel(label, { exact: true }).fill(text);
  await page.getByLabel(label, { exact: true }).press('Enter');
}

/** Makes a team with one list, and opens the list. */
export async function makeList(page, team, list) {
  await submit(page, 'Name of the new team', team);
  await submit(page, `New list in ${team}`, list);
  await page.getByRole('heading', { name: list }).waitFor();
}

/** The row of a task. */
export const task = (page, title) => page.getByRole('listitem').filter({ has: page.getByText(title, { exact: true }) });

/** What the page says that went wrong. */
export const alertOf = async (page) => (await page.getByRole('alert').first().innerText()).trim();
