import { CodedError } from '../errors/catalogue';
import type { Source } from './source';

/** Of what must be held in memory as a whole, no more than this is. Bytes. */
export const maxHeldBytes = 256 * 1024 * 1024;

/**
 * What is not a file on this computer, as in a virtual workspace: its bytes, read as a whole.
 * @param mtimeMs when they were last changed, ms since 1970
 * @throws CodedError `source.tooLarge`, at the opening, for more than 256 MiB
 */
export function bytesSource(uri: string, name: string, bytes: Uint8Array, mtimeMs: number): Source {
  return {
    uri,
    name,
    open: () => {
      if (bytes.length > maxHeldBytes) {
        const facts = { subject: name, bytes: maxHeldBytes };
        return Promise.reject(new CodedError('source.tooLarge', facts));
      }
      return Promise.resolve({
        size: bytes.length,
        mtimeMs,
        read: (buffer: Uint8Array, position: number) => {
          const wanted = bytes.subarray(position, position + buffer.length);
          buffer.set(wanted);
          return Promise.resolve(wanted.length);
        },
        verifyUnchanged: () => Promise.resolve(),
        close: () => Promise.resolve(),
      });
    },
  };
}
