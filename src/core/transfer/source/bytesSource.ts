import { CodedError } from '../../errors/catalogue';
import type { Source } from './source';

/** Limit for sources that are read into memory, bytes. */
export const maxBufferBytes = 256 * 1024 * 1024;

/**
 * A source that is not a file on this computer, as in a virtual workspace: its content is held in memory.
 * @param mtimeMs when they were last changed, ms since 1970
 * @throws CodedError `source.tooLarge` for more than 256 MiB, when it is opened
 */
export function bytesSource(uri: string, name: string, bytes: Uint8Array, mtimeMs: number): Source {
  return {
    uri,
    name,
    open: () => {
      if (bytes.length > maxBufferBytes) {
        const facts = { subject: name, bytes: maxBufferBytes };
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
