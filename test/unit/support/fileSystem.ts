import fs from 'node:fs/promises';

type Call = 'access' | 'link' | 'open' | 'readdir' | 'readFile' | 'rename' | 'rm' | 'stat';

/** While the work goes on, a call of the file system answers as another system would; undefined is what it answers here. */
export async function withFileSystem<C extends Call, T>(
  call: C,
  answer: (...parameters: Parameters<(typeof fs)[C]>) => Promise<unknown>,
  work: () => Promise<T>,
): Promise<T> {
  const real = fs[call];
  const calls = fs as unknown as Record<Call, (...parameters: never[]) => Promise<unknown>>;
  calls[call] = async (...parameters: never[]) =>
    (await answer(...(parameters as unknown as Parameters<(typeof fs)[C]>))) ??
    (real as (...all: never[]) => Promise<unknown>)(...parameters);
  try {
    return await work();
  } finally {
    calls[call] = real;
  }
}

/** What a system call of Node fails with. */
export function systemFault(code: string): Promise<never> {
  return Promise.reject(Object.assign(new Error(code), { code }));
}
