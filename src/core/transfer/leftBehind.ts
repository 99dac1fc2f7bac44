import { readdir } from 'node:fs/promises';

/** How the names of the checkpoints' files end. */
export const checkpointSuffix = '.checkpoint.json';
/** The file with the transfers that have ended. */
export const historyName = 'history.json';

/** Whether earlier windows have left anything, told from the names of files alone. */
export interface StoredTransfers {
  readonly interrupted: boolean;
  readonly ended: boolean;
}

/** A cheap look into the storage folder, so that the engine need not be loaded when there is nothing to show. */
export async function peekStoredTransfers(folder: string): Promise<StoredTransfers> {
  const names = await namesIn(folder);
  return {
    interrupted: names.some((name) => name.endsWith(checkpointSuffix)),
    ended: names.includes(historyName),
  };
}

/** A folder that cannot be read holds nothing that could be shown. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
