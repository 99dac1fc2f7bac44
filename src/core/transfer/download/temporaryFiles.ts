import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { errnoOf } from '../../errors/fileErrors';
import type { Log } from '../../util/log';
import { isProcessAlive } from '../../util/processes';
import { isString, shapeOf } from '../../util/shape';

/** `<process id>-<random>.json`; the temporary file is named after the random part. */
const recordName = /^(\d{1,10})-([0-9a-f]{16})\.json$/;

/**
 * After this time a record is dropped even if its owner cannot be judged (another computer that shares the folder, or a
 * process that has the same id by now), or its folder is not there, as on a drive that is not connected. ms.
 */
const maxAgeMs = 7 * 24 * 3600_000;

/** Names of this process's own files: after a restart in a container, a dead owner may have had our process id. */
const ours = new Set<string>();

interface DownloadRecord {
  /** Absolute path of the folder in which the temporary file is. */
  readonly folder: string;
  /** Name of the computer that downloads. */
  readonly host: string;
}

/** A temporary file that is recorded, so that it is removed even if this process is killed. */
export interface RecordedFile {
  /** Absolute path. */
  readonly path: string;
  /** To be called when the file has got its name or has been removed. */
  release(): Promise<void>;
}

/** Names the temporary files of downloads, and removes those that a killed process has left behind. */
export class TemporaryFiles {
  #removal: Promise<number> | undefined;

  /** @param recordFolder holds one small file per running download; created when it is needed */
  constructor(
    private readonly recordFolder: string,
    private readonly log: Log,
  ) {}

  /** Records a new name in a folder. The name's length does not depend on what the file will be called. */
  async reserve(folder: string): Promise<RecordedFile> {
    const id = randomBytes(8).toString('hex');
    const record = path.join(this.recordFolder, `${process.pid}-${id}.json`);
    ours.add(id);
    try {
      await mkdir(this.recordFolder, { recursive: true, mode: 0o700 });
      const content: DownloadRecord = { folder, host: os.hostname() };
      await writeFile(record, JSON.stringify(content), { flag: 'wx', mode: 0o600 });
    } catch (error) {
      // The download itself does not need the record.
      this.log.warn(`download: no record of the temporary file: ${String(error)}`);
    }
    return {
      path: temporaryPath(folder, id),
      release: async () => {
        // A file that something holds stays recorded, and is removed later.
        if (!(await exists(temporaryPath(folder, id)))) {
          await rm(record, { force: true, maxRetries: 3 }).catch(() => undefined);
        }
        ours.delete(id);
      },
    };
  }

  /**
   * Removes the files of processes that have ended, and never anything that is not recorded here.
   *
   * @returns how many records are left whose owner may still be running
   */
  removeStale(): Promise<number> {
    this.#removal ??= this.#removeStale().finally(() => {
      this.#removal = undefined;
    });
    return this.#removal;
  }

  async #removeStale(): Promise<number> {
    const names = await readdir(this.recordFolder).catch(() => []);
    let live = 0;
    for (const name of names) {
      const [, pid = '', id = ''] = recordName.exec(name) ?? [];
      if (id !== '' && !ours.has(id)) {
        try {
          live += (await this.#judge(name, Number(pid), id)) ? 1 : 0;
        } catch (error) {
          if (errnoOf(error) === 'ENOENT') {
            // Another window has just removed it.
            continue;
          }
          this.log.warn(`download: a temporary file could not be removed: ${String(error)}`);
        }
      }
    }
    return live;
  }

  /** @returns true when its owner may still be running */
  async #judge(name: string, pid: number, id: string): Promise<boolean> {
    const file = path.join(this.recordFolder, name);
    const isOld = Date.now() - (await stat(file)).mtimeMs > maxAgeMs;
    const record = parseRecord(await readFile(file, 'utf8'));
    const isHere = record === undefined || record.host === os.hostname();
    const mayRun = !isHere || (pid !== process.pid && isProcessAlive(pid));
    if (mayRun && !isOld) {
      return isHere;
    }
    if (record !== undefined && isHere) {
      if (!isOld && !(await exists(record.folder))) {
        return false;
      }
      await rm(temporaryPath(record.folder, id), { force: true });
      this.log.info(`download: removed what an interrupted download left in ${record.folder}`);
    }
    await rm(file, { force: true });
    return false;
  }
}

function temporaryPath(folder: string, id: string): string {
  return path.join(folder, `.edas-download-${id}.part`);
}

const isRecord = shapeOf<DownloadRecord>({
  folder: (value) => typeof value === 'string' && path.isAbsolute(value),
  host: isString,
});

/** Undefined for a record that was not written to its end: then the temporary file was not created yet. */
function parseRecord(text: string): DownloadRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

async function exists(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}
