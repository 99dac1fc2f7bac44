// The browser for the workbench of VS Code's server.
import { chromium } from 'playwright-core';
import { unpackChromium } from './chromium.mjs';

/** @import { Browser, BrowserContext } from 'playwright-core' */

/** @returns {Promise<Browser>} */
export async function launchBrowser() {
  return chromium.launch({
    executablePath: await unpackChromium(),
    // It ends with this process in any case; cleanup.mjs handles the signals.
    handleSIGHUP: false,
    handleSIGINT: false,
    handleSIGTERM: false,
    args: [
      '--no-sandbox', // containers do not allow it to create namespaces
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-dev-shm-usage',
      '--disable-gpu',
      '--disable-quic',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

/**
 * A new profile of the browser.
 *
 * @param {Browser} browser
 * @param {object} [options]
 * @param {string} [options.language] display language, for instance zh-cn
 * @returns {Promise<BrowserContext>}
 */
export async function newProfile(browser, { language } = {}) {
  const profile = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  if (language) {
    await profile.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = ${JSON.stringify(language)}`);
  }
  return profile;
}

/**
 * Makes the workbench load extensions from their folders, and run tests in the extension host. The page reads its options
 * from an element; the documented way, `?payload=`, works only with a switch that hides notifications too.
 *
 * @param {BrowserContext} profile
 * @param {string} authority of the server
 * @param {{ extensions: string[], tests?: string }} paths on the server's machine
 */
export async function developExtensions(profile, authority, { extensions, tests }) {
  const uri = (path) => ({ $mid: 1, scheme: 'vscode-remote', authority, path });
  const developmentOptions = {
    extensions: extensions.map(uri),
    ...(tests && { extensionTestsPath: uri(tests) }),
  };
  await profile.addInitScript(`{
    const getAttribute = Element.prototype.getAttribute;
    Element.prototype.getAttribute = function (name) {
      const value = getAttribute.call(this, name);
      if (this.id !== 'vscode-workbench-web-configuration' || name !== 'data-settings') return value;
      return JSON.stringify({
        ...JSON.parse(value),
        developmentOptions: ${JSON.stringify(developmentOptions)},
      });
    };
  }`);
}

/**
 * @param {string} authority of the server
 * @param {string} workspace a folder or a workspace file
 */
export function workbenchUrl(authority, workspace) {
  const kind = workspace.endsWith('.code-workspace') ? 'workspace' : 'folder';
  return `http://${authority}/?${kind}=${encodeURIComponent(workspace)}`;
}
