import { lstat, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { processMark } from '../../util/processes';
import type { Log } from '../../util/log';

/** A temporary file that is recorded, so that it is removed even if this process is killed. */
interface RecordedFile {
  /** Absolute path. */
  readonly path: string;
  /** Call it when the file has been renamed or removed. */
  release(): Promise<void>;
}

/**
 * Names a temporary file in a folder where a person has files too, and records it in a folder of ours. Its length does
 * not depend on the name of the target.
 * @param recordFolder holds one small file per running download; created when it is needed
 */
export async function recordTemporaryFile(
  recordFolder: string,
  folder: string,
  log: Log,
): Promise<RecordedFile> {
  const record = path.join(recordFolder, processMark());
  const file = temporaryFile(folder, record);
  try {
    await mkdir(recordFolder, { recursive: true, mode: 0o700 });
    await writeFile(record, folder, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    // The download itself does not need the record.
    log.warn(`download: no record of the temporary file: ${String(error)}`);
  }
  return {
    path: file,
    release: async () => {
      // A file that could not be removed stays recorded, and is removed after the next start.
      if (!(await exists(file))) {
        await rm(record, { force: true, maxRetries: 3 }).catch(() => undefined);
      }
    },
  };
}

/**
 * Removes the temporary file of a killed process, and never anything that is not recorded; then the record.
 * @param isOld false: when the folder does not exist, as on a drive that is not connected, the record stays for later
 */
export async function removeRecorded(record: string, isOld: boolean): Promise<void> {
  const folder = await readFile(record, 'utf8');
  // A record that was not written to its end names no such folder; the temporary file was not created yet.
  if (path.isAbsolute(folder)) {
    if (!isOld && !(await exists(folder))) {
      return;
    }
    await rm(temporaryFile(folder, record), { force: true });
  }
  await rm(record, { force: true });
}

/** Named after the random end of the record's name. */
function temporaryFile(folder: string, record: string): string {
  return path.join(folder, `.edas-download-${record.slice(-16)}.part`);
}

async function exists(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}
