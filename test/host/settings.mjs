// The settings of the VS Code under test: no telemetry, chat, welcome pages or animations.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

const testDefaults = {
  'chat.disableAIFeatures': true,
  'editor.unusualLineTerminators': 'off', // random bytes contain some, and VS Code would prompt
  'explorer.autoReveal': false, // an editor that opens late would clear the selection
  'explorer.compactFolders': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'files.simpleDialog.enable': true,
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'typescript.disableAutomaticTypeAcquisition': true,
  'update.mode': 'none',
  // Menus and dialogs that are part of the page, on a desktop too.
  'window.dialogStyle': 'custom',
  'window.menuStyle': 'custom',
  'window.titleBarStyle': 'custom',
  'workbench.enableExperiments': false,
  'workbench.quickOpen.closeOnFocusLost': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/**
 * Writes the user's settings. A running browser-hosted VS Code reads them at its next reload.
 *
 * @param {string} userDataFolder the value of `--user-data-dir`
 * @param {Record<string, unknown>} [settings] in addition to the defaults of the tests
 */
export async function writeSettings(userDataFolder, settings = {}) {
  const file = path.join(userDataFolder, 'User', 'settings.json');
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify({ ...testDefaults, ...settings }, null, 2));
}
