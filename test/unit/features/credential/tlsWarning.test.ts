import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { uncheckedTlsWarning } from '../../../../src/common/messages/uncheckedTls';
import type { CredentialState } from '../../../../src/core/credential/session';
import { Emitter } from '../../../../src/core/util/emitter';
import { warnOfUncheckedTls } from '../../../../src/features/credential/tlsWarning';
import { fakeWindow } from '../../support/fakeWindow';

describe('Warning about unchecked certificates', () => {
  const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  afterEach(() => {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    Object.assign(process.env, before !== undefined && { NODE_TLS_REJECT_UNAUTHORIZED: before });
  });

  it('is shown once, even if the variable is set while the window is open', () => {
    fakeWindow.reset();
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    const changed = new Emitter<CredentialState>();
    const warning = warnOfUncheckedTls({ onDidChange: changed.event });
    changed.fire({ kind: 'none' });
    assert.equal(fakeWindow.messages.length, 0);
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    changed.fire({ kind: 'none' });
    changed.fire({ kind: 'none' });
    assert.equal(fakeWindow.messages.length, 1);
    assert.match(fakeWindow.messages[0]!.text, /NODE_TLS_REJECT_UNAUTHORIZED.*Remove/);
    warning.dispose();
  });

  for (const value of [undefined, '', '1', 'false']) {
    it(`is not shown for the value ${inspect(value)}, with which Node checks certificates`, () => {
      const environment = { NODE_TLS_REJECT_UNAUTHORIZED: value };
      assert.equal(uncheckedTlsWarning(environment), undefined);
    });
  }
});
