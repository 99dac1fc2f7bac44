import assert from 'node:assert/strict';
import { uncheckedTlsWarning } from '../../../../src/common/messages/uncheckedTls';
import type { CredentialState } from '../../../../src/core/credential/session';
import { Emitter } from '../../../../src/core/util/emitter';
import { warnOfUncheckedTls } from '../../../../src/features/credential/tlsWarning';

describe('The warning that certificates are not checked', () => {
  it('is shown once, also when the variable is set while the window is open', () => {
    const changed = new Emitter<CredentialState>();
    const environment: Record<string, string> = {};
    const shown: string[] = [];
    const warning = warnOfUncheckedTls(
      { onDidChange: changed.event },
      () => uncheckedTlsWarning(environment),
      (text) => shown.push(text),
    );
    changed.fire({ kind: 'none' });
    assert.equal(shown.length, 0);
    environment.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    changed.fire({ kind: 'none' });
    changed.fire({ kind: 'none' });
    assert.equal(shown.length, 1);
    assert.match(shown[0]!, /NODE_TLS_REJECT_UNAUTHORIZED.*Remove/);
    warning.dispose();
  });

  for (const value of [undefined, '', '1', 'false']) {
    it(`is not shown for ${value}, with which Node does check`, () => {
      const environment = { NODE_TLS_REJECT_UNAUTHORIZED: value };
      assert.equal(uncheckedTlsWarning(environment), undefined);
    });
  }
});
