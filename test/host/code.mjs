#!/usr/bin/env node
// Accepts the arguments that @vscode/test-electron passes to a desktop VS Code, and runs the tests in the
// browser-hosted one:   code.mjs WORKSPACE --extensionTestsPath=… --extensionDevelopmentPath=… [--user-data-dir=…] …
import { appendFile, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { format } from 'node:util';
import { developExtensions, launchBrowser, newProfile, workbenchUrl } from './browser.mjs';
import { temporaryFolder } from './cleanup.mjs';
import { installHost } from './install.mjs';
import { outFolder } from './locations.mjs';
import { startServer } from './server.mjs';

/** Time limit of the whole run, from the first byte of the page to the last test, in milliseconds. */
const runTimeout = 300_000;

/** Prefix of the lines of the tests' report; all other output of the workbench goes to a file. */
const mark = '\u2063';
const workbenchLog = path.join(outFolder, 'host', 'workbench.log');
let hasReported = false;
const errors = [];

const { flags, workspace } = readArguments(process.argv.slice(2));
const tests = flags.get('extensionTestsPath')?.[0];
if (!tests) {
  console.error('This VS Code runs tests only: --extensionTestsPath is missing.');
  process.exit(2);
}
await installHost((line) => console.log(line));
await mkdir(path.dirname(workbenchLog), { recursive: true });
await rm(workbenchLog, { force: true });
const temporary = await temporaryFolder('edas-host');
const folder = (flag) => flags.get(flag)?.[0] ?? path.join(temporary.path, flag);
let server;
let browser;
try {
  server = await startServer({
    folders: {
      userData: folder('user-data-dir'),
      extensions: folder('extensions-dir'),
      server: path.join(temporary.path, 'server'),
    },
    env: testEnvironment(),
  });
  browser = await launchBrowser();
  process.exitCode = await run(server.authority);
  if (process.exitCode) {
    if (!hasReported) console.error(errors.join('\n')); // the tests could not be loaded
    console.error(`Output of the workbench: ${workbenchLog}`);
  }
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await browser?.close();
  await server?.stop();
  await temporary.remove();
}

async function run(authority) {
  const profile = await newProfile(browser);
  await developExtensions(profile, authority, {
    extensions: flags.get('extensionDevelopmentPath') ?? [],
    tests,
  });
  const page = await profile.newPage();
  return new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`${why} The server's log: ${server.log}`));
    setTimeout(fail, runTimeout, `The tests took longer than ${runTimeout / 1000} s.`).unref();
    page.once('crash', () => fail('The page crashed.'));
    // Two hooks that VS Code's web workbench calls when it runs tests.
    Promise.all([
      page.exposeFunction('codeAutomationLog', (level, args) => print(level, format(...args))),
      page.exposeFunction('codeAutomationExit', (code) => resolve(code)),
      page.goto(workbenchUrl(authority, workspace ?? temporary.path)),
    ]).catch(reject);
  });
}

async function print(level, message) {
  await appendFile(workbenchLog, `${message}\n`);
  if (message.startsWith(mark)) {
    hasReported = true;
    console.log(message.replaceAll(mark, ''));
  } else if (level === 'error') {
    errors.push(message);
  }
}

/** Includes the options that @vscode/test-cli passes to its part in the extension host. */
function testEnvironment() {
  const { VSCODE_TEST_OPTIONS } = process.env;
  return { TEST_LINE_MARK: mark, ...(VSCODE_TEST_OPTIONS && { VSCODE_TEST_OPTIONS }) };
}

function readArguments(args) {
  const flags = new Map();
  const positional = [];
  for (const arg of args) {
    const [, name, value = ''] = /^--([\w-]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (name) flags.set(name, [...(flags.get(name) ?? []), value]);
    else positional.push(arg);
  }
  return { flags, workspace: positional[0] };
}
