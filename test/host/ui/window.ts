// Two ways to a window of VS Code that Playwright can drive: the browser-hosted one and a desktop one.
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
  /** Everything that this VS Code writes. */
  readonly data: string;
  /** The folder that is open, or the file that names several. */
  readonly workspace: string;
  /** Other extensions, as VSIX files. */
  readonly otherExtensions?: readonly string[];
  /** Reaches the extension host. */
  readonly environment?: NodeJS.ProcessEnv;
  /** The workspace is not trusted until a person says so. Only the browser-hosted VS Code can be told. */
  readonly asksForTrust?: boolean;
  /** Display language, for instance zh-cn. Only the browser-hosted VS Code can be told. */
  readonly language?: string;
  /** A desktop VS Code, also where the browser-hosted one runs. */
  readonly desktop?: boolean;
}

export interface VSCodeWindow {
  readonly page: Page;
  /** Where a person can open the same VS Code; a desktop window is there already. */
  readonly url?: string;
  close(): Promise<void>;
}

/** The browser-hosted one where it runs, unless a desktop is asked for or VSCODE_EXECUTABLE names one. */
export function openWindow(options: WindowOptions): Promise<VSCodeWindow> {
  return browserHostRuns && !process.env.VSCODE_EXECUTABLE && !options.desktop
    ? openBrowser(options)
    : openDesktop(options);
}

/** Where `settings.json` of the window lies: below `User/`. */
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
  // A home of its own: what stands in the real one, such as keys of a command line tool, is none of a test's business.
  const home = path.join(options.data, 'home');
  await mkdir(home, { recursive: true });
  const env = { HOME: home, ...options.environment };
  const server = await startServer({
    folders,
    vsix: [options.vsix, ...(options.otherExtensions ?? [])],
    env,
    asksForTrust: options.asksForTrust ?? false,
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

/** Of the hundred extensions that come with VS Code only the themes: loading them all costs a fifth of a start. */
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
    reuseMachineInstall: true, // the folders above, not those that it would choose
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

/** Without what a surrounding VS Code, for instance its terminal, tells its children. */
function definedEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(VSCODE_|ELECTRON_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}
