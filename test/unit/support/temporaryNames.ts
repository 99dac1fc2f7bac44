import { processMark } from '../../../src/core/util/processes';

/** The name of a temporary file that another process of this computer has made. */
export function nameOfProcess(pid: number, random = '0123456789abcdef'): string {
  const host = /-(.{8})/.exec(processMark())![1]!;
  return `${pid}-${host}00000000${random}`;
}
