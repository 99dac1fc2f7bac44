import { createHash } from 'node:crypto';
import type { OpenSource } from './source';

/** Bytes at each end of the source. */
const edgeBytes = 64 * 1024;

/**
 * Distinguishes sources with the same size and time, as reproducible builds create them: the source's own fingerprint,
 * else the SHA-256 of the first and the last 64 KiB. The end of a ZIP or JAR holds its directory with a CRC of each entry.
 */
export async function fingerprintOf(source: OpenSource): Promise<string> {
  if (source.fingerprint !== undefined) {
    return source.fingerprint();
  }
  const hash = createHash('sha256');
  const edge = Buffer.alloc(Math.min(edgeBytes, source.size));
  for (const position of [0, source.size - edge.length]) {
    await source.read(edge, position);
    hash.update(edge);
  }
  return hash.digest('hex');
}
