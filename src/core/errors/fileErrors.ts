import { CodedError, type ErrorCode } from './catalogue';

/** The system's code of a fault, for instance `ENOENT`; undefined for other errors. */
export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}

/**
 * Turns a system error about a file or folder that cannot be read into a `CodedError`. Other errors are returned as
 * they are.
 */
export function toReadError(error: unknown, file: string): unknown {
  return named(error, file, {
    codes: { ENOENT: 'source.notFound', ENOTDIR: 'source.notFound', EBUSY: 'source.inUse' },
    otherwise: 'source.notReadable',
  });
}

/** The same for a file that existed a moment ago: when it is gone, it has changed. */
export function toChangedError(error: unknown, file: string): unknown {
  return named(error, file, {
    codes: { ENOENT: 'source.changed', ENOTDIR: 'source.changed', EBUSY: 'source.inUse' },
    otherwise: 'source.notReadable',
  });
}

/** Turns a system error about a file that cannot be written into a `CodedError`. Other errors are returned as they are. */
export function toWriteError(error: unknown, file: string): unknown {
  return named(error, file, {
    codes: { ENOSPC: 'disk.full', EDQUOT: 'disk.full', EFBIG: 'disk.full', EBUSY: 'disk.inUse' },
    otherwise: 'disk.notWritable',
  });
}

function named(
  error: unknown,
  file: string,
  names: { readonly codes: Readonly<Record<string, ErrorCode>>; readonly otherwise: ErrorCode },
): unknown {
  const code = errnoOf(error);
  return code === undefined
    ? error
    : new CodedError(
        names.codes[code] ?? names.otherwise,
        { subject: file, detail: code },
        { cause: error },
      );
}
