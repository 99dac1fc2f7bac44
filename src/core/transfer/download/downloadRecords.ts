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
 * An older record is removed even if its owner may still run (it is of another computer that shares the folder, or another
 * process has its id now) or its folder does not exist, as on a drive that is not connected; ms.
 */
const maxAgeMs = 7 * 24 * 3600_000;

/** Ids of this process's own files: after a restart in a container, a dead owner may have had our process id. */
const ours = new Set<string>();

interface DownloadRecord {
  /** Absolute path of the folder in which the temporary file is. */
  readonly folder: string;
  /** Name of the computer that downloads. */
  readonly host: string;
}

/** A temporary file that is recorded, so that it is removed even if this process is killed. */
interface RecordedFile {
  /** Absolute path. */
  readonly path: string;
  /** Call it when the file has been renamed or removed. */
  release(): Promise<void>;
}

/** Names and records the temporary files of downloads, and removes those of killed processes. */
export class DownloadRecords {
  #removal: Promise<void> | undefined;

  /** @param recordFolder holds one small file per running download; created when it is needed */
  constructor(
    private readonly recordFolder: string,
    private readonly log: Log,
  ) {}

  /** Records a new name in a folder. Its length does not depend on the name of the target. */
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
        // A file that could not be removed stays recorded, and is removed later.
        if (!(await exists(temporaryPath(folder, id)))) {
          await rm(record, { force: true, maxRetries: 3 }).catch(() => undefined);
        }
        ours.delete(id);
      },
    };
  }

  /** Removes the files of processes that have ended, and never anything that is not recorded here. */
  removeStale(): Promise<void> {
    this.#removal ??= this.#removeStale().finally(() => {
      this.#removal = undefined;
    });
    return this.#removal;
  }

  async #removeStale(): Promise<void> {
    const names = await readdir(this.recordFolder).catch(() => []);
    for (const name of names) {
      const [, pid, id] = recordName.exec(name) ?? [];
      if (id !== undefined && !ours.has(id)) {
        try {
          await this.#removeIfStale(path.join(this.recordFolder, name), Number(pid), id);
        } catch (error) {
          // ENOENT: another window has just removed it.
          if (errnoOf(error) !== 'ENOENT') {
            this.log.warn(`download: a temporary file could not be removed: ${String(error)}`);
          }
        }
      }
    }
  }

  async #removeIfStale(recordFile: string, pid: number, id: string): Promise<void> {
    const isOld = Date.now() - (await stat(recordFile)).mtimeMs > maxAgeMs;
    const record = parseRecord(await readFile(recordFile, 'utf8'));
    const isHere = record === undefined || record.host === os.hostname();
    const mayRun = !isHere || (pid !== process.pid && isProcessAlive(pid));
    if (mayRun && !isOld) {
      return;
    }
    if (record !== undefined && isHere) {
      if (!isOld && !(await exists(record.folder))) {
        return;
      }
      await rm(temporaryPath(record.folder, id), { force: true });
      this.log.info(`download: removed what an interrupted download left in ${record.folder}`);
    }
    await rm(recordFile, { force: true });
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
