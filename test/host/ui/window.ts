// Opens a window of VS Code that Playwright can control: browser-hosted or desktop.
import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { resolveCliArgsFromVSCodeExecutablePath } from '@vscode/test-electron';
import { _electron, type Page } from 'playwright-core';
import { launchBrowser, newProfile, workbenchUrl } from '../browser.mjs';
import { desktop } from '../desktop.mjs';
import { browserHostRuns } from '../install.mjs';
import { vscode } from '../locations.mjs';
import { runProgram } from '../program.mjs';
import { startServer } from '../server.mjs';

export interface WindowOptions {
  /** The extension, as it would be published. */
  readonly vsix: string;
  /** The folder for everything that this VS Code writes. */
  readonly data: string;
  /** The folder to open, or a workspace file. */
  readonly workspace: string;
  /** Other extensions, as VSIX files. */
  readonly otherExtensions?: readonly string[];
  /** Environment variables for the extension host. */
  readonly environment?: NodeJS.ProcessEnv;
  /** The workspace is not trusted until the user trusts it. Browser-hosted VS Code only. */
  readonly requiresTrust?: boolean;
  /** Display language, for instance zh-cn. Browser-hosted VS Code only. */
  readonly language?: string;
  /** Use a desktop VS Code even where the browser-hosted one runs. */
  readonly desktop?: boolean;
}

export interface VSCodeWindow {
  readonly page: Page;
  /** The URL at which the same VS Code can be opened in a browser; undefined for a desktop window. */
  readonly url?: string;
  close(): Promise<void>;
}

/** Opens the browser-hosted VS Code where it runs, unless a desktop is requested or VSCODE_EXECUTABLE is set. */
export function openWindow(options: WindowOptions): Promise<VSCodeWindow> {
  return browserHostRuns && !process.env.VSCODE_EXECUTABLE && !options.desktop
    ? openBrowser(options)
    : openDesktop(options);
}

/** The user data folder of the window; `settings.json` is in its subfolder `User/`. */
export function userDataFolder(data: string): string {
  return path.join(data, 'user');
}

async function openBrowser(options: WindowOptions): Promise<VSCodeWindow> {
  const folders = {
    userData: userDataFolder(options.data),
    extensions: path.join(options.data, 'extensions'),
    server: path.join(options.data, 'server'),
    builtIn: await fewBuiltInExtensions(path.join(options.data, 'builtIn')),
  };
  // A separate home folder: tests must not read files in the real one, such as keys of a command line tool.
  const home = path.join(options.data, 'home');
  await mkdir(home, { recursive: true });
  const env = { HOME: home, ...options.environment };
  const server = await startServer({
    folders,
    vsix: [options.vsix, ...(options.otherExtensions ?? [])],
    env,
    requiresTrust: options.requiresTrust ?? false,
  });
  try {
    const browser = await launchBrowser();
    const close = async () => {
      await browser.close();
      await server.stop();
    };
    try {
      const { language } = options;
      const profile = await newProfile(browser, language === undefined ? {} : { language });
      const page = await profile.newPage();
      const url = workbenchUrl(server.authority, options.workspace);
      await page.goto(url);
      return { page, url, close };
    } catch (error) {
      await browser.close();
      throw error;
    }
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Only the themes of VS Code's hundred built-in extensions: loading all of them takes a fifth of the start time. */
async function fewBuiltInExtensions(folder: string): Promise<string> {
  for (const name of ['theme-defaults', 'theme-seti']) {
    await cp(path.join(vscode, 'extensions', name), path.join(folder, name), { recursive: true });
  }
  return folder;
}

async function openDesktop(options: WindowOptions): Promise<VSCodeWindow> {
  const program = await desktop();
  const profile = [
    `--user-data-dir=${userDataFolder(options.data)}`,
    `--extensions-dir=${path.join(options.data, 'extensions')}`,
  ];
  const [cli = program, ...cliArguments] = resolveCliArgsFromVSCodeExecutablePath(program, {
    reuseMachineInstall: true, // the folders above, not its default ones
  });
  for (const each of [options.vsix, ...(options.otherExtensions ?? [])]) {
    await runProgram(cli, [...cliArguments, ...profile, '--install-extension', each, '--force']);
  }
  const application = await _electron.launch({
    executablePath: program,
    args: [
      options.workspace,
      ...profile,
      '--disable-telemetry',
      '--disable-updates',
      '--disable-workspace-trust',
      '--no-sandbox',
      '--password-store=basic',
      '--skip-release-notes',
      '--skip-welcome',
    ],
    env: { ...definedEnvironment(), ...options.environment } as Record<string, string>,
  });
  return { page: await application.firstWindow(), close: () => application.close() };
}

/** The environment without the variables that a surrounding VS Code, for instance its terminal, sets. */
function definedEnvironment(): NodeJS.ProcessEnv {
  const inherited = /^(VSCODE_|ELECTRON_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)));
}
