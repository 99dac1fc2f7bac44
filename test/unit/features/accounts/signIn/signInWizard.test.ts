import assert from 'node:assert/strict';
import type { AccessKeys, Credential } from '../../../../../src/core/alibaba/edas/credential';
import type { DiscoveredKeys } from '../../../../../src/core/alibaba/keySources/discover';
import { CodedError } from '../../../../../src/core/errors/catalogue';
import { Secret } from '../../../../../src/core/util/secret';
import {
  runSignInWizard,
  type SignInWizardOptions,
} from '../../../../../src/features/accounts/signIn/signInWizard';
import { credential } from '../../../support/credential';
import { back, cancel, fakeWindow, pick, type } from '../../../support/fakeWindow';

const id = 'LTAI5tTyped0001';
const profile: DiscoveredKeys = {
  source: { kind: 'cliProfile', file: '/home/me/.aliyun/config.json', profile: 'work' },
  name: 'work',
  kind: 'RamRoleArn',
  regionId: 'cn-beijing',
  current: true,
};

describe('Sign-in wizard', () => {
  /** Keys, region and endpoint of each request. */
  let requests: string[];
  let rejections: CodedError[];
  let verify: () => Promise<Credential>;

  beforeEach(() => {
    fakeWindow.reset();
    requests = [];
    rejections = [];
    verify = () => Promise.resolve(credential());
  });
  afterEach(() => assert.deepEqual(fakeWindow.unused, [], 'the wizard ended early'));

  const run = (change: Partial<SignInWizardOptions> = {}) =>
    runSignInWizard({
      title: 'Sign In',
      discovered: { keys: [], problems: [] },
      initial: {},
      promptsForName: false,
      otherNames: [],
      endpointSetting: undefined,
      resolve: (): Promise<AccessKeys> =>
        Promise.resolve({ accessKeyId: 'STS.role', accessKeySecret: new Secret('role-secret') }),
      verify: ({ accessKeyId, accessKeySecret, securityToken }, { regionId, endpoint }) => {
        const token = securityToken?.reveal() ?? '-';
        requests.push(
          [accessKeyId, accessKeySecret.reveal(), token, regionId, endpoint ?? '-'].join(' '),
        );
        return verify();
      },
      onRejected: (error) => void rejections.push(error as CodedError),
      ...change,
    });

  it('fetches a credential with the typed keys in the selected region', async () => {
    fakeWindow.script(type(` ${id} `), type('typed-secret'), pick('cn-beijing'));
    const signedIn = await run();
    assert.deepEqual(requests, [`${id} typed-secret - cn-beijing -`]);
    assert.equal(signedIn?.keys.accessKeyId, id);
    assert.equal(signedIn.regionId, 'cn-beijing');
    assert.equal(signedIn.name, '••••0001');
  });

  it('hides the secret and the token while they are typed', async () => {
    fakeWindow.script(type('STS.abc'), type('the-secret'), type('the-token'), pick('cn-beijing'));
    await run();
    assert.deepEqual(requests, ['STS.abc the-secret the-token cn-beijing -']);
    assert.deepEqual(
      fakeWindow.prompts.map(({ password }) => password),
      [false, true, true, false],
    );
  });

  it('stays at an input whose text is invalid', async () => {
    fakeWindow.script(type('two words'), type(id), type('typed-secret'), pick('cn-beijing'));
    await run();
    assert.equal(fakeWindow.prompts.length, 3);
    assert.equal(requests.length, 1);
  });

  it('goes back one step and shows the typed text', async () => {
    fakeWindow.script(type(id), back, type('LTAI5tOther'), cancel);
    assert.equal(await run(), undefined);
    assert.deepEqual(
      fakeWindow.prompts.map(({ initialValue }) => initialValue),
      ['', '', id, ''],
    );
    assert.deepEqual(requests, []);
  });

  it('returns to a wrong secret, reports the error, and sends a request with the new one', async () => {
    verify = () =>
      requests.length === 1
        ? Promise.reject(new CodedError('edas.wrongSecret'))
        : Promise.resolve(credential());
    fakeWindow.script(type(id), type('wrong'), pick('cn-beijing'), type('right'));
    fakeWindow.script(pick('cn-beijing'));
    assert.notEqual(await run(), undefined);
    assert.equal(requests[1], `${id} right - cn-beijing -`);
    assert.deepEqual(
      rejections.map(({ code }) => code),
      ['edas.wrongSecret'],
    );
  });

  it('aborts the running request when the wizard is dismissed', async () => {
    let aborted = false;
    fakeWindow.script(type(id), type('typed-secret'), pick('cn-beijing'), cancel);
    const signedIn = await run({
      verify: (_keys, _target, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            reject(new DOMException('aborted', 'AbortError'));
          });
        }),
    });
    assert.equal(signedIn, undefined);
    assert.equal(aborted, true);
  });

  it('reads the keys of a selected profile, and does not prompt for them', async () => {
    fakeWindow.script(pick('work'), pick('cn-beijing'));
    const signedIn = await run({ discovered: { keys: [profile], problems: [] } });
    assert.deepEqual(requests, ['STS.role role-secret - cn-beijing -']);
    assert.deepEqual(signedIn?.source, profile.source);
    assert.equal(signedIn.name, 'work');
  });

  it('retries a profile after a login in a terminal', async () => {
    const file = '/home/me/.aliyun/config.json';
    const problem = new CodedError('keys.loginNeeded', { file, subject: 'work', detail: 'OAuth' });
    let loggedIn = false;
    fakeWindow.script(pick('work'), pick('cn-beijing'), pick('work'), pick('cn-beijing'));
    const signedIn = await run({
      discovered: { keys: [{ ...profile, kind: 'OAuth', problem }], problems: [] },
      resolve: () =>
        loggedIn
          ? Promise.resolve({ accessKeyId: 'STS.new', accessKeySecret: new Secret('new-secret') })
          : Promise.reject(problem),
      onRejected: (error) => {
        loggedIn = true;
        rejections.push(error as CodedError);
      },
    });
    assert.deepEqual(rejections, [problem]);
    assert.equal(signedIn?.keys.accessKeyId, 'STS.new');
    const [list] = fakeWindow.prompts;
    assert.match(
      list?.items.find(({ label }) => label === 'work')?.detail ?? '',
      /Run aliyun configure --profile work --mode OAuth in a terminal/,
    );
  });

  it('sends the request to the endpoint of a private cloud', async () => {
    fakeWindow.script(type(id), type('typed-secret'));
    fakeWindow.script(pick('Private Cloud: Enter EDAS Endpoint…'), type('edas.example.com'));
    fakeWindow.script(pick('cn-hangzhou'));
    const signedIn = await run();
    assert.equal(signedIn?.endpoint, 'https://edas.example.com');
    assert.deepEqual(requests, [`${id} typed-secret - cn-hangzhou https://edas.example.com`]);
  });
});
