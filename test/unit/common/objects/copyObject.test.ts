import assert from 'node:assert/strict';
import { copyObject } from '../../../../src/common/objects/copyObject';
import type { TransferServices } from '../../../../src/common/transferServices';
import { Lazy } from '../../../../src/common/vscode/lazy';
import type { CredentialSession } from '../../../../src/core/credential/session';
import { OssClient } from '../../../../src/core/oss/client';
import { ServerClock } from '../../../../src/core/util/clock';
import { silentLog } from '../../../../src/core/util/log';
import { failure } from '../../support/coded';
import { credential } from '../../support/credential';
import { FakeHttp } from '../../support/fakeHttp';
import { fakeWindow, pick } from '../../support/fakeWindow';

describe('Copying a signed URL', () => {
  const own = credential({ expiresAt: Date.now() + 3_600_000 });
  const object = { key: `${own.keyPrefix}/app.jar`, location: own };

  beforeEach(() => fakeWindow.reset());

  /** @param credentials one for each time that it is read; the last one stays */
  function copy(...credentials: readonly (typeof own)[]): Promise<void> {
    const clock = new ServerClock();
    const left = [...credentials];
    const current = () => Promise.resolve(left.length > 1 ? left.shift() : left[0]);
    const oss = new OssClient(new FakeHttp(() => ({})), clock, silentLog);
    fakeWindow.script(pick('15 Minutes'));
    return copyObject('signedUrl', object, {
      session: { clock, current } as unknown as CredentialSession,
      transferServices: new Lazy(() =>
        Promise.resolve({ oss, dispose: () => undefined } as unknown as TransferServices),
      ),
    });
  }

  it('signs the URL of the object in its bucket', async () => {
    await copy(own);
    assert.match(fakeWindow.clipboard, /^https:\/\/edas-hz\.oss.*\/app\.jar\?.*signature=/i);
  });

  for (const change of [{ bucket: 'other' }, { keyPrefix: 'release-pkg/2' }]) {
    it(`copies nothing when the account was switched during the prompt: ${Object.keys(change)[0]}`, async () => {
      await failure(() => copy(own, { ...own, ...change }), 'transfer.locationChanged');
      assert.equal(fakeWindow.clipboard, '');
    });
  }
});
