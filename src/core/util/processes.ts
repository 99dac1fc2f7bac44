import { errnoOf } from '../errors/fileErrors';

/** Whether a process of this computer is running. One of another user is, too. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) !== 'ESRCH';
  }
}
