import type { Source } from '../../../../../src/core/transfer/source/source';

/** A source with its contents in memory. */
export function bytesSource(uri: string, name: string, bytes: Uint8Array, mtimeMs: number): Source {
  return {
    uri,
    name,
    open: () =>
      Promise.resolve({
        size: bytes.length,
        mtimeMs,
        read: (buffer: Uint8Array, position: number) => {
          const range = bytes.subarray(position, position + buffer.length);
          buffer.set(range);
          return Promise.resolve(range.length);
        },
        verifyUnchanged: () => Promise.resolve(),
        close: () => Promise.resolve(),
      }),
  };
}
