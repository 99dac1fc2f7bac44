import assert from 'node:assert/strict';
import { hasCode, type ErrorCode } from '../../../../src/core/errors/catalogue';
import {
  toChangedError,
  toReadError,
  errnoOf,
  toWriteError,
} from '../../../../src/core/errors/fileErrors';

const fault = (code: string): Error => Object.assign(new Error('boom'), { code });

describe('Faults of the file system', () => {
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
  for (const [name, code, meaning] of cases) {
    it(`${name.name}: ${code} is ${meaning}`, () => {
      const cause = fault(code);
      const named = name(cause, '/w/a');
      assert.ok(hasCode(named, meaning));
      assert.deepEqual(named.facts, { subject: '/w/a', detail: code });
      assert.equal(named.cause, cause);
    });
  }

  it('are told from other errors, which stay what they are', () => {
    for (const other of [new TypeError('x'), fault('ERR_OUT_OF_RANGE'), undefined]) {
      assert.equal(errnoOf(other), undefined);
      assert.equal(toReadError(other, '/w/a'), other);
    }
  });
});
