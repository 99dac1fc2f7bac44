import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/**
 * The contents of a folder by path: a text or bytes for a file, `{ executable }` for a program, `{ linkTo }` for a
 * symbolic link, `null` for a folder, whose path ends with a slash.
 */
export type FolderContents = Readonly<
  Record<
    string,
    string | Uint8Array | { readonly executable: string } | { readonly linkTo: string } | null
  >
>;

/** Temporary folders of a test, which `clear` removes. */
export class TempFolders {
  readonly #folders: string[] = [];

  async folder(contents: FolderContents = {}): Promise<string> {
    const top = await mkdtemp(path.join(os.tmpdir(), 'edas-packing-'));
    this.#folders.push(top);
    await fillFolder(top, contents);
    return top;
  }

  async clear(): Promise<void> {
    for (const folder of this.#folders.splice(0)) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

export async function fillFolder(top: string, contents: FolderContents): Promise<void> {
  for (const [name, entry] of Object.entries(contents)) {
    const file = path.join(top, name);
    await mkdir(name.endsWith('/') ? file : path.dirname(file), { recursive: true });
    if (entry === null) {
      continue;
    }
    if (typeof entry === 'string' || entry instanceof Uint8Array) {
      await writeFile(file, entry);
    } else if ('executable' in entry) {
      await writeFile(file, entry.executable);
      await chmod(file, 0o755);
    } else {
      await symlink(entry.linkTo, file);
    }
  }
}
