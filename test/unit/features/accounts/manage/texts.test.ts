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

describe('Account in a list', () => {
  const item = (
    change: Parameters<typeof account>[0],
    [isCurrent, isDefault]: readonly [boolean, boolean],
  ) => accountItem(account({ name: 'prod', ...change }), { isCurrent, isDefault });

  it('shows region and AccessKey, and a check mark when it is the current account', () => {
    assert.deepEqual(item({}, [true, true]), {
      icon: 'check',
      label: 'prod',
      description: 'China (Hangzhou) · current · default',
      detail: 'AccessKey ••••0001',
    });
    assert.equal(item({}, [false, false]).label, 'prod');
  });

  it('shows its endpoint, network, key source and that it is for the session only', () => {
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

describe('Remedy for a keyring that does not store secrets', () => {
  const hosts: readonly (readonly [SecretStorageHost, RegExp])[] = [
    ['linux', /GNOME Keyring or KWallet/],
    ['freebsd', /GNOME Keyring or KWallet/],
    ['darwin', /Keychain Access/],
    ['win32', /DPAPI/],
    ['browser', /this page/],
    ['remote', /your local computer/],
  ];
  for (const [host, expected] of hosts) {
    it(`is specific to ${host}`, () => {
      assert.match(keyringRemedy(host), expected);
    });
  }
});

describe('Text about the keys of an account', () => {
  const withStoredKeys = account();
  const withEnvironmentKeys = account({ keySource: { kind: 'environment' } });

  it('says before the removal whether they will be deleted', () => {
    assert.match(removalDetail(withStoredKeys), /will be deleted/);
    assert.match(removalDetail(withEnvironmentKeys), /will not be deleted/);
  });

  it('says after a sign-out whether they were deleted', () => {
    assert.match(signedOutText(withStoredKeys), /The AccessKey was deleted/);
    assert.match(signedOutText(withEnvironmentKeys), /keys were not deleted/);
  });
});
