import { randomBytes } from 'node:crypto';

/**
 * Content that differs at each call, of so many bytes. The zero in front tells VS Code that it is no text: an editor with
 * random bytes as text would keep a core busy.
 */
export function binary(bytes: number): Buffer {
  return Buffer.concat([Buffer.alloc(1), randomBytes(bytes - 1)]);
}
