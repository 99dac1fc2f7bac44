import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { temporaryFolder } from '../cleanup.mjs';
import { installHost } from '../install.mjs';
import { writeSettings } from '../settings.mjs';
import { openWindow, userDataFolder, type VSCodeWindow, type WindowOptions } from './window';
import { Workbench } from './workbench';

export interface SessionOptions extends Omit<WindowOptions, 'data' | 'workspace'> {
  /** Settings of the user. */
  readonly settings?: Record<string, unknown>;
  /** The workspace: contents by path. */
  readonly files?: Record<string, string | Uint8Array>;
  /** Folders that are opened as roots of the workspace; default: the workspace folder itself. */
  readonly roots?: readonly string[];
}

/** A separate VS Code with the packaged extension and a workspace. */
export class Session {
  private constructor(
    readonly workspace: string,
    private readonly folder: { readonly path: string; remove(): Promise<void> },
    private readonly window: VSCodeWindow,
    readonly workbench: Workbench,
    /** False: the module that writes log files could not be compiled on this machine, so output channels stay empty. */
    readonly outputChannels: boolean,
  ) {}

  /** Resolves when the workbench is visible and the Explorer lists the workspace. */
  static async start(options: SessionOptions): Promise<Session> {
    const { outputChannels } = await installHost((line) => console.log(line));
    const folder = await temporaryFolder('edas-ui');
    try {
      const workspace = path.join(folder.path, 'workspace');
      await mkdir(workspace);
      for (const [name, content] of Object.entries(options.files ?? {})) {
        const file = path.join(workspace, name);
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, content);
      }
      await writeSettings(userDataFolder(folder.path), options.settings);
      const window = await openWindow({
        ...options,
        workspace: await withRoots(workspace, options.roots),
        data: folder.path,
      });
      const workbench = new Workbench(window.page);
      const session = new Session(workspace, folder, window, workbench, outputChannels);
      try {
        await workbench.ready();
        return session;
      } catch (error) {
        await window.close();
        throw error;
      }
    } catch (error) {
      await folder.remove();
      throw error;
    }
  }

  get page(): Page {
    return this.window.page;
  }

  /** The URL at which the same VS Code can be opened in a browser. */
  get url(): string | undefined {
    return this.window.url;
  }

  /** The folder with everything that this VS Code writes, and the workspace. */
  get data(): string {
    return this.folder.path;
  }

  /** Reloads the window; the extension host restarts and reads the settings again. */
  async reload(settings?: Record<string, unknown>): Promise<void> {
    if (settings) await writeSettings(userDataFolder(this.folder.path), settings);
    await sleep(1000); // in a browser VS Code saves its state after a delay, and a reload does not wait for it
    await this.page.reload();
    await this.workbench.ready();
  }

  /** Writes a file of the workspace and returns its path. */
  async write(name: string, content: string | Uint8Array): Promise<string> {
    const file = path.join(this.workspace, name);
    await writeFile(file, content);
    return file;
  }

  async stop(): Promise<void> {
    await this.window.close();
    await this.folder.remove();
  }
}

/** @returns the folder or workspace file to open */
async function withRoots(workspace: string, roots: readonly string[] = []): Promise<string> {
  if (roots.length === 0) return workspace;
  const file = path.join(workspace, 'all.code-workspace');
  await writeFile(file, JSON.stringify({ folders: roots.map((root) => ({ path: root })) }));
  return file;
}
