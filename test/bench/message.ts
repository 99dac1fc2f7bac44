import type { ChildProcess } from 'node:child_process';

/** Waits for the next message of a child process. */
export function message<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (value) => resolve(value as T));
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`A process of the benchmark ended with ${code}.`)),
    );
  });
}
