import { randomBytes } from 'node:crypto';

/**
 * Random bytes. Because of the zero at the beginning VS Code does not open them as text: an editor with random bytes as
 * text would keep a core busy.
 */
export function binary(bytes: number): Buffer {
  return Buffer.concat([Buffer.alloc(1), randomBytes(bytes - 1)]);
}
