import assert from 'node:assert/strict';
import { isCoded, type ErrorCode } from '../../src/core/errors';
import { listedReadFault, readFault, systemCode, writeFault } from '../../src/core/fileFaults';

const fault = (code: string): Error => Object.assign(new Error('boom'), { code });

describe('Faults of the file system', () => {
  const cases: readonly [(error: unknown, file: string) => unknown, string, ErrorCode][] = [
    [readFault, 'ENOENT', 'source.notFound'],
    [readFault, 'ENOTDIR', 'source.notFound'],
    [readFault, 'EACCES', 'source.notReadable'],
    [readFault, 'EPERM', 'source.notReadable'],
    [readFault, 'EIO', 'source.notReadable'],
    [listedReadFault, 'ENOENT', 'source.changed'],
    [listedReadFault, 'EISDIR', 'source.notReadable'],
    [writeFault, 'ENOSPC', 'disk.full'],
    [writeFault, 'EDQUOT', 'disk.full'],
    [writeFault, 'EFBIG', 'disk.full'],
    [writeFault, 'EROFS', 'disk.notWritable'],
    [writeFault, 'ENOENT', 'disk.notWritable'],
  ];
  for (const [name, code, meaning] of cases) {
    it(`${name.name}: ${code} is ${meaning}`, () => {
      const cause = fault(code);
      const named = name(cause, '/w/a');
      assert.ok(isCoded(named, meaning));
      assert.deepEqual(named.facts, { subject: '/w/a', detail: code });
      assert.equal(named.cause, cause);
    });
  }

  it('are told from other errors, which stay what they are', () => {
    for (const other of [new TypeError('x'), fault('ERR_OUT_OF_RANGE'), undefined]) {
      assert.equal(systemCode(other), undefined);
      assert.equal(readFault(other, '/w/a'), other);
    }
  });
});
