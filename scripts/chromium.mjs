// A Chromium for the tests in a browser: the one that is installed, or Debian's
// headless one unpacked in .tools. Installs nothing on the system.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDebian, unpackPackages } from './debian.mjs';
import { tools } from './project.mjs';
import { ask, say, SetupError } from './terminal.mjs';

const packages = ['chromium-headless-shell', 'fonts-dejavu-core'];
const home = join(tools, 'chromium');
const unpacked = join(home, 'usr', 'lib', 'chromium', 'chromium-headless-shell');
const installed = ['chromium', 'chromium-headless-shell', 'google-chrome'];
const hint = `Install Chromium, or set CHROMIUM to its path; on Debian: apt-get install ${packages.join(' ')}`;

/** `{executablePath, env}` of a Chromium, installed if there is none. */
export async function findChromium() {
  const found = process.env.CHROMIUM ?? installed.map((name) => ask('which', [name])).find(Boolean);
  if (found) return { executablePath: found, env: {} };
  if (!existsSync(unpacked)) {
    if (!isDebian()) throw new SetupError('there is no Chromium here', hint);
    say(`fetching ${packages.join(', ')} from Debian into .tools (about 100 MB)`);
    await unpackPackages(home, packages, hint);
  }
  return { executablePath: unpacked, env: ownEnvironment() };
}

// Its libraries and fonts are where nothing else looks for them.
function ownEnvironment() {
  const fonts = join(home, 'etc', 'fonts');
  return {
    LD_LIBRARY_PATH: ['usr/lib/x86_64-linux-gnu', 'usr/lib/x86_64-linux-gnu/pulseaudio', 'lib/x86_64-linux-gnu']
      .map((folder) => join(home, folder))
      .join(':'),
    XDG_DATA_HOME: join(home, 'usr', 'share'),
    ...(existsSync(fonts) ? { FONTCONFIG_PATH: fonts } : {}),
  };
}
