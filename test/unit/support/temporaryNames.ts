import { temporaryName } from '../../../src/core/util/leftovers';

/** The name of a temporary file that another process of this computer has made. */
export function nameOfProcess(pid: number, random = '0123456789abcdef'): string {
  const host = /-(.{8})/.exec(temporaryName())![1]!;
  return `${pid}-${host}00000000${random}`;
}
