import { open, rename, rm } from 'node:fs/promises';
import { retryWhileBusy } from './fileRetry';
import { processMark } from './processes';

/**
 * Writes a file that only its owner may read. At every moment the file has either the old or the new text, complete, also
 * after a power failure.
 */
export async function writeFileAtomic(file: string, text: string): Promise<void> {
  const draft = `${file}.${processMark()}.tmp`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await retryWhileBusy(() => rename(draft, file));
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
