import fs from 'node:fs/promises';

type Call = 'access' | 'link' | 'open' | 'readdir' | 'readFile' | 'rename' | 'rm' | 'stat';

/** Replaces a function of the file system during `work`. When `replacement` returns undefined, the real one is called. */
export async function withFileSystem<C extends Call, T>(
  call: C,
  replacement: (...parameters: Parameters<(typeof fs)[C]>) => Promise<unknown>,
  work: () => Promise<T>,
): Promise<T> {
  const real = fs[call];
  const calls = fs as unknown as Record<Call, (...parameters: never[]) => Promise<unknown>>;
  calls[call] = async (...parameters: never[]) =>
    (await replacement(...(parameters as unknown as Parameters<(typeof fs)[C]>))) ??
    (real as (...all: never[]) => Promise<unknown>)(...parameters);
  try {
    return await work();
  } finally {
    calls[call] = real;
  }
}

/** Fails like a system call of Node. */
export function systemFault(code: string): Promise<never> {
  return Promise.reject(Object.assign(new Error(code), { code }));
}
