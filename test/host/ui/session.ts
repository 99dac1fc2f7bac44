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
  /** Folders of the workspace that are opened as its roots; default: the workspace itself. */
  readonly roots?: readonly string[];
}

/** A VS Code of its own with the packaged extension and a workspace, from its start to its end. */
export class Session {
  private constructor(
    readonly workspace: string,
    private readonly folder: { readonly path: string; remove(): Promise<void> },
    private readonly window: VSCodeWindow,
    readonly workbench: Workbench,
    /** False: this machine could not compile what writes the log files, so output channels stay empty. */
    readonly outputChannels: boolean,
  ) {}

  /** Ready when the workbench is painted and the explorer lists the workspace. */
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

  /** Where a person can open the same VS Code in a browser. */
  get url(): string | undefined {
    return this.window.url;
  }

  /** Everything that this VS Code writes, and the workspace. */
  get data(): string {
    return this.folder.path;
  }

  /** As if the window was reloaded; the extension host starts anew and reads the settings again. */
  async reload(settings?: Record<string, unknown>): Promise<void> {
    if (settings) await writeSettings(userDataFolder(this.folder.path), settings);
    await sleep(1000); // in a browser VS Code writes its state a little late, and a reload does not wait for it
    await this.page.reload();
    await this.workbench.ready();
  }

  /** Writes a file of the workspace and gives its path. */
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

/** @returns what is to be opened */
async function withRoots(workspace: string, roots: readonly string[] = []): Promise<string> {
  if (roots.length === 0) return workspace;
  const file = path.join(workspace, 'all.code-workspace');
  await writeFile(file, JSON.stringify({ folders: roots.map((root) => ({ path: root })) }));
  return file;
}
