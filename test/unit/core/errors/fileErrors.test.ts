import assert from 'node:assert/strict';
import { hasCode, type ErrorCode } from '../../../../src/core/errors/catalogue';
import {
  toChangedError,
  toReadError,
  errnoOf,
  toWriteError,
} from '../../../../src/core/errors/fileErrors';

const systemError = (code: string): Error => Object.assign(new Error('boom'), { code });

describe('File errors', () => {
  const cases: readonly [(error: unknown, file: string) => unknown, string, ErrorCode][] = [
    [toReadError, 'ENOENT', 'source.notFound'],
    [toReadError, 'ENOTDIR', 'source.notFound'],
    [toReadError, 'EACCES', 'source.notReadable'],
    [toReadError, 'EPERM', 'source.notReadable'],
    [toReadError, 'EBUSY', 'source.inUse'],
    [toReadError, 'EIO', 'source.notReadable'],
    [toChangedError, 'ENOENT', 'source.changed'],
    [toChangedError, 'EISDIR', 'source.notReadable'],
    [toWriteError, 'ENOSPC', 'disk.full'],
    [toWriteError, 'EDQUOT', 'disk.full'],
    [toWriteError, 'EFBIG', 'disk.full'],
    [toWriteError, 'EBUSY', 'disk.inUse'],
    [toWriteError, 'EROFS', 'disk.notWritable'],
    [toWriteError, 'ENOENT', 'disk.notWritable'],
  ];
  for (const [toError, code, expected] of cases) {
    it(`${toError.name} maps ${code} to ${expected}`, () => {
      const cause = systemError(code);
      const error = toError(cause, '/w/a');
      assert.ok(hasCode(error, expected));
      assert.deepEqual(error.facts, { subject: '/w/a', detail: code });
      assert.equal(error.cause, cause);
    });
  }

  it('toReadError returns other errors unchanged', () => {
    for (const other of [new TypeError('x'), systemError('ERR_OUT_OF_RANGE'), undefined]) {
      assert.equal(errnoOf(other), undefined);
      assert.equal(toReadError(other, '/w/a'), other);
    }
  });
});
