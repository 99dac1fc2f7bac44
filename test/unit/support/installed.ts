/** Whether a program could not be started because it is not installed. @param error of `spawnSync` */
export function isMissing(error: NodeJS.ErrnoException | undefined): boolean {
  return error?.code === 'ENOENT';
}
