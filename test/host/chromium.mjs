// The Chromium of the npm package @sparticuz/chromium: unpacked once, into the host's own folder.
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromiumCache, hostFolder } from './locations.mjs';

/** @returns {Promise<string>} the path of the program */
export async function unpackChromium() {
  const fromHost = createRequire(path.join(hostFolder, 'package.json'));
  const { default: chromium } = await import(
    pathToFileURL(fromHost.resolve('@sparticuz/chromium')).href
  );
  await mkdir(chromiumCache, { recursive: true });
  const temporary = process.env.TMPDIR;
  process.env.TMPDIR = chromiumCache; // it unpacks into os.tmpdir() and reuses existing files
  try {
    return await chromium.executablePath();
  } finally {
    if (temporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporary;
  }
}
