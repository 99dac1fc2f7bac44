import { readdir } from 'node:fs/promises';

export const checkpointSuffix = '.checkpoint.json';
/** Suffix of the files of finished transfers. */
export const historySuffix = '.finished.json';

/** Whether earlier windows have stored transfers, according to the file names alone. */
export interface StoredTransfers {
  readonly interrupted: boolean;
  readonly finished: boolean;
}

/** Lists the storage folder, so that the transfer code is not loaded when there is nothing to show. */
export async function peekStoredTransfers(folder: string): Promise<StoredTransfers> {
  const names = await readdir(folder).catch(() => []);
  return {
    interrupted: names.some((name) => name.endsWith(checkpointSuffix)),
    finished: names.some((name) => name.endsWith(historySuffix)),
  };
}
