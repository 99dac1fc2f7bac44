import { open } from 'node:fs/promises';
import path from 'node:path';
import type { BenchCase } from './cases';

/** Writes files with bytes that cannot be compressed. They are read from the system's cache. */
export async function filesOf(
  { files, bytes }: BenchCase,
  folder: string,
): Promise<readonly string[]> {
  const block = Buffer.from(
    Array.from({ length: 1_000_000 }, (_, n) => (n * 7919 + (n >> 7)) & 255),
  );
  return Promise.all(
    Array.from({ length: files }, async (_, n) => {
      const file = path.join(folder, `${n}.jar`);
      const handle = await open(file, 'w');
      for (let done = 0; done < bytes; done += block.length) {
        await handle.write(block, 0, Math.min(block.length, bytes - done));
      }
      await handle.close();
      return file;
    }),
  );
}
