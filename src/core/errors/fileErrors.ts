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
  const gone = { ENOENT: 'source.notFound', ENOTDIR: 'source.notFound' } as const;
  return coded(error, file, { ...gone, EBUSY: 'source.inUse' }, 'source.notReadable');
}

/** The same for a file that existed a moment ago: when it is gone, it has changed. */
export function toChangedError(error: unknown, file: string): unknown {
  const gone = { ENOENT: 'source.changed', ENOTDIR: 'source.changed' } as const;
  return coded(error, file, { ...gone, EBUSY: 'source.inUse' }, 'source.notReadable');
}

/** Turns a system error about a file that cannot be written into a `CodedError`. Other errors are returned as they are. */
export function toWriteError(error: unknown, file: string): unknown {
  const full = { ENOSPC: 'disk.full', EDQUOT: 'disk.full', EFBIG: 'disk.full' } as const;
  return coded(error, file, { ...full, EBUSY: 'disk.inUse' }, 'disk.notWritable');
}

function coded(
  error: unknown,
  file: string,
  codes: Readonly<Record<string, ErrorCode>>,
  otherwise: ErrorCode,
): unknown {
  const detail = errnoOf(error);
  return detail === undefined
    ? error
    : new CodedError(codes[detail] ?? otherwise, { subject: file, detail }, { cause: error });
}
