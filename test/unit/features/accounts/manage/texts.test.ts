import assert from 'node:assert/strict';
import { accountItem } from '../../../../../src/features/accounts/manage/accountItem';
import {
  keyringRemedy,
  type SecretStorageHost,
} from '../../../../../src/features/accounts/keyring';
import {
  signedOutText,
  removalDetail,
} from '../../../../../src/features/accounts/manage/removeAccount';
import { account } from '../../../support/account';

describe('an account in a list', () => {
  const item = (...[change, marks]: [Parameters<typeof account>[0], [boolean, boolean]]) => {
    const [isCurrent, isDefault] = marks;
    return accountItem(account({ name: 'prod', ...change }), { isCurrent, isDefault });
  };

  it('has a check mark when it is the current one, and says what it is', () => {
    assert.deepEqual(item({}, [true, true]), {
      icon: 'check',
      label: 'prod',
      description: 'China (Hangzhou) · current · default',
      detail: 'AccessKey ••••0001',
    });
    assert.equal(item({}, [false, false]).label, 'prod');
  });

  it('says where it asks, which OSS endpoint it uses, and where its keys stand', () => {
    const { description, detail } = item(
      {
        sessionOnly: true,
        endpoint: 'https://edas.example.com',
        network: 'vpc',
        keySource: { kind: 'cliProfile', file: '/home/me/.aliyun/config.json', profile: 'work' },
      },
      [false, false],
    );
    assert.match(description ?? '', /for this session only$/);
    assert.equal(
      detail,
      'profile “work” of /home/me/.aliyun/config.json · https://edas.example.com · VPC endpoint',
    );
  });
});

describe('the remedy for a keyring that keeps nothing', () => {
  const places: readonly (readonly [SecretStorageHost, RegExp])[] = [
    ['linux', /GNOME Keyring or KWallet/],
    ['freebsd', /GNOME Keyring or KWallet/],
    ['darwin', /Keychain Access/],
    ['win32', /DPAPI/],
    ['browser', /this page/],
    ['remote', /your local computer/],
  ];
  for (const [wizardStep, expected] of places) {
    it(`is that of ${wizardStep}`, () => {
      assert.match(keyringRemedy(wizardStep), expected);
    });
  }
});

describe('what is said of the keys', () => {
  const kept = account();
  const followed = account({ keySource: { kind: 'environment' } });

  it('before an account is removed is what will become of them', () => {
    assert.match(removalDetail(kept), /will be deleted/);
    assert.match(removalDetail(followed), /will not be deleted/);
  });

  it('after a sign-out is what has become of them', () => {
    assert.match(signedOutText(kept), /The AccessKey was deleted/);
    assert.match(signedOutText(followed), /keys were not deleted/);
  });
});
