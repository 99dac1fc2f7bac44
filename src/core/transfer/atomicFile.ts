import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from '../fileFaults';

/** Virus scanners and indexers on Windows hold a file for a moment, ms. */
const renameWaitsMs = [10, 50, 200];

/**
 * Writes a file that only its owner may read, so that at every moment the old text or the new one stands there whole,
 * also after the power has failed.
 */
export async function writeAtomically(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await renamePatiently(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function renamePatiently(from: string, to: string): Promise<void> {
  for (const waitMs of renameWaitsMs) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      if (!['EPERM', 'EACCES', 'EBUSY'].includes(systemCode(error) ?? '')) {
        throw error;
      }
      await sleep(waitMs);
    }
  }
  await rename(from, to);
}
