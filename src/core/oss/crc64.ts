/** A running CRC-64/XZ (`x-oss-hash-crc64ecma`). */
export interface Crc64 {
  update(bytes: Uint8Array): void;
  /** The CRC of all bytes since the last reset. */
  digest(): bigint;
  reset(): void;
}

/** Before the first byte. The CRC is the register's complement. */
const allOnes = 2n ** 64n - 1n;

/** Loads the WebAssembly code at the first call. */
export async function createCrc64(): Promise<Crc64> {
  const { loadCrc64Kernel } = await import('./crc64Kernel');
  const kernel = await loadCrc64Kernel();
  let register = allOnes;
  return {
    update: (bytes) => {
      register = kernel.update(register, bytes);
    },
    digest: () => BigInt.asUintN(64, ~register),
    reset: () => {
      register = allOnes;
    },
  };
}

export { combineCrc64 } from './crc64Combine';
