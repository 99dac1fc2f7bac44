import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { environmentOf, scriptOf } from '../../../../src/features/credential/environment';
import { credential } from '../../support/credential';

describe('Credential as environment variables', () => {
  const variables = environmentOf(credential(), 'vpc');

  it('uses the names that ossutil and the SDKs read', () => {
    assert.deepEqual(variables, {
      OSS_ACCESS_KEY_ID: 'STS.NUtestid0001',
      OSS_ACCESS_KEY_SECRET: 'sts-secret-that-nobody-sees',
      OSS_SESSION_TOKEN: 'CAIS+tok/en==',
      OSS_REGION: 'cn-hangzhou',
      OSS_ENDPOINT: 'https://oss-cn-hangzhou-internal.aliyuncs.com',
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'STS.NUtestid0001',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'sts-secret-that-nobody-sees',
      ALIBABA_CLOUD_SECURITY_TOKEN: 'CAIS+tok/en==',
      EDAS_PACKAGE_BUCKET: 'edas-hz',
      EDAS_PACKAGE_PREFIX: 'release-pkg/117274586608',
      EDAS_PACKAGE_PATH: 'oss://edas-hz/release-pkg/117274586608/',
    });
  });

  it('quotes each value for its shell', () => {
    const special = { A: `a'b $HOME "c" %PATH% d` };
    assert.equal(scriptOf(special, 'posix'), `export A='a'\\''b $HOME "c" %PATH% d'\n`);
    assert.equal(scriptOf(special, 'powershell'), `$env:A = 'a''b $HOME "c" %PATH% d'\n`);
    assert.equal(scriptOf({ A: 'a+b/c==' }, 'cmd'), 'set "A=a+b/c=="\n');
  });

  it('doubles every character that PowerShell treats as a quote', () => {
    const special = { A: 'a’; calc.exe; ‘b‚c‛d' };
    assert.equal(scriptOf(special, 'powershell'), `$env:A = 'a’’; calc.exe; ‘‘b‚‚c‛‛d'\n`);
  });

  for (const value of ['x"&calc.exe&rem"', '100%', '%PATH%', '!PATH!', 'a\nb', 'a\rb', '\u7248']) {
    it(`rejects ${JSON.stringify(value)} for cmd, which cannot quote it`, () =>
      assert.throws(() => scriptOf({ A: value }, 'cmd'), {
        code: 'shell.unsafeValue',
        facts: { subject: 'A' },
      }));
  }

  for (const shell of ['fish', 'posix', 'powershell'] as const) {
    it(`rejects line breaks for ${shell}`, () =>
      ['\n', '\r', '\u0085', '\u2028'].forEach((end) =>
        assert.throws(() => scriptOf({ A: `a${end}b` }, shell), { code: 'shell.unsafeValue' }),
      ));
  }

  if (process.platform !== 'win32') {
    it('sets the exact values when /bin/sh runs the script', () => {
      const special = { A: `a'b $HOME "c" \\ \`d\` %e%`, B: 'x y' };
      const printed = execFileSync('/bin/sh', {
        input: `${scriptOf(special, 'posix')}printf '%s|%s' "$A" "$B"`,
      });
      assert.equal(String(printed), `${special.A}|${special.B}`);
    });
  }
});
