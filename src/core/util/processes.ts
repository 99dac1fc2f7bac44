import { createHash, randomBytes } from 'node:crypto';
import os from 'node:os';
import { errnoOf } from '../errors/fileErrors';

const host = createHash('sha256').update(os.hostname()).digest('hex').slice(0, 8);
/** After a restart in a container, a process that was killed may have had our process id. */
const run = randomBytes(4).toString('hex');

/** What `processMark` gives. */
export const markPattern = /(?<![0-9a-f])(\d{1,10})-([0-9a-f]{32})/;

/** A text that nobody can guess and that says which process made it: to name a temporary file, or the owner of a lock. */
export function processMark(): string {
  return `${process.pid}-${host}${run}${randomBytes(8).toString('hex')}`;
}

/** True when it is certain that the process has ended whose mark is in a text. */
export function hasEnded(text: string): boolean {
  const [, pid, id = ''] = markPattern.exec(text) ?? [];
  return (
    id.startsWith(host) &&
    (Number(pid) === process.pid ? !id.startsWith(host + run) : !isAlive(Number(pid)))
  );
}

/** A process of another user is alive, too. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) !== 'ESRCH';
  }
}
