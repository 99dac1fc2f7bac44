import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** What stands in a folder: a text or bytes for a file, `{ run }` for a program, `{ to }` for a link; `a/` is a folder. */
export type Plan = Readonly<
  Record<string, string | Uint8Array | { readonly run: string } | { readonly to: string } | null>
>;

/** Folders for tests, all removed at the end. */
export class TempFolders {
  readonly #folders: string[] = [];

  async folder(plan: Plan = {}): Promise<string> {
    const top = await mkdtemp(path.join(os.tmpdir(), 'edas-packing-'));
    this.#folders.push(top);
    await fillFolder(top, plan);
    return top;
  }

  async clear(): Promise<void> {
    for (const folder of this.#folders.splice(0)) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

export async function fillFolder(top: string, plan: Plan): Promise<void> {
  for (const [name, what] of Object.entries(plan)) {
    const file = path.join(top, name);
    await mkdir(name.endsWith('/') ? file : path.dirname(file), { recursive: true });
    if (what === null) {
      continue;
    }
    if (typeof what === 'string' || what instanceof Uint8Array) {
      await writeFile(file, what);
    } else if ('run' in what) {
      await writeFile(file, what.run);
      await chmod(file, 0o755);
    } else {
      await symlink(what.to, file);
    }
  }
}
