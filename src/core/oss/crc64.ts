/** A running CRC-64/XZ (`x-oss-hash-crc64ecma`). */
export interface Crc64 {
  update(bytes: Uint8Array): void;
  /** The CRC of all bytes since the last reset. Only `reset` may follow. */
  digest(): bigint;
  reset(): void;
}

/** Loads the WebAssembly code at the first call. */
export async function createCrc64(): Promise<Crc64> {
  const { createCRC64 } = await import('./hashWasm');
  const hasher = await createCRC64();
  hasher.init();
  return {
    update: (bytes) => void hasher.update(bytes),
    digest: () => BigInt(`0x${hasher.digest()}`),
    reset: () => void hasher.init(),
  };
}

export { combineCrc64 } from './crc64Combine';
