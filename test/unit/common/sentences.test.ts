import assert from 'node:assert/strict';
import { CodedError, type ErrorCode, type ErrorFacts } from '../../../src/core/errors/catalogue';
import { sentences, describeError } from '../../../src/common/messages';

const codes = Object.keys(sentences) as ErrorCode[];

describe('Error sentence', () => {
  for (const code of codes) {
    it(`for ${code} is complete without facts, and says what to do next`, () => {
      const { sentence, reference } = describeError(new CodedError(code));
      assert.match(sentence, /^[“A-Z].*\.$/su, 'begins and ends as a sentence');
      assert.doesNotMatch(sentence, /undefined|\{\d\}|NaN|\[object/);
      assert.ok(
        sentence.split(/[.:;?!] |, then |, or |, and /).length > 1,
        'what happened is followed by what to do',
      );
      assert.equal(reference, '');
    });
  }

  const facts: ErrorFacts = {
    host: 'edas.cn-hangzhou.aliyuncs.com',
    serverCode: 'Forbidden.RAM',
    serverMessage: 'User not authorized to operate on the specified resource.',
    requestId: 'D16979DC-4D42-****',
    ec: '0003-00000001',
  };

  it('is followed by the server’s code, EC and request ID in parentheses', () => {
    assert.equal(
      describeError(new CodedError('edas.noPermission', facts)).reference,
      '(Forbidden.RAM, EC 0003-00000001, request ID D16979DC-4D42-****)',
    );
  });

  it('quotes the server’s message only for unrecognized errors', () => {
    assert.match(describeError(new CodedError('oss.rejected', facts)).sentence, /“User not auth/);
    assert.doesNotMatch(describeError(new CodedError('edas.wrongSecret', facts)).sentence, /“User/);
  });

  it('links to the provider’s help page only over https', () => {
    const help = (recommendUrl: string): string | undefined =>
      describeError(new CodedError('edas.rejected', { recommendUrl })).helpUrl;
    assert.equal(
      help('https://api.aliyun.com/troubleshoot?q=x'),
      'https://api.aliyun.com/troubleshoot?q=x',
    );
    assert.equal(help('http://api.aliyun.com/'), undefined);
    assert.equal(help('command:workbench.action.terminal.new'), undefined);
  });

  it('says how many minutes the clock is behind or ahead', () => {
    const sentenceFor = (clockOffsetMs: number): string =>
      describeError(new CodedError('edas.clockSkewed', { clockOffsetMs })).sentence;
    assert.match(sentenceFor(20 * 60_000), /20 minutes behind/);
    assert.match(sentenceFor(-20 * 60_000), /20 minutes ahead/);
    assert.match(sentenceFor(1000), /is too far off/);
  });

  it('says how long to wait after throttling', () => {
    const sentenceFor = (facts: ErrorFacts): string =>
      describeError(new CodedError('edas.throttled', facts)).sentence;
    assert.match(sentenceFor({ retryAfterMs: 2_100 }), /in 3 s/);
    assert.match(sentenceFor({}), /in a moment/);
  });

  it('says where a file is that a remote window cannot read', () => {
    const sentenceFor = (detail: string): string =>
      describeError(new CodedError('source.notOnDisk', { subject: 'a.jar', detail })).sentence;
    assert.match(sentenceFor('vscode-local'), /^a\.jar is on your local computer/);
    assert.match(sentenceFor('untitled'), /^Not a local file: a\.jar\./);
  });

  it('shows a line break in a file name as \\n', () => {
    const { sentence } = describeError(
      new CodedError('key.controlCharacter', { subject: 'a\nb.jar' }),
    );
    assert.match(sentence, /"a\\nb\.jar"/);
  });

  for (const code of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    it(`is the general one for the unknown code “${code}”`, () => {
      const { sentence } = describeError(new CodedError(code as ErrorCode));
      assert.match(sentence, /Check the log/);
    });
  }

  it('names the network setting when a VPC or internal endpoint is unreachable', () => {
    for (const privateEndpoint of ['vpc', 'internal'] as const) {
      const { sentence, next } = describeError(
        new CodedError('network.unreachable', { host: 'h', privateEndpoint }),
      );
      assert.match(sentence, /Cannot reach h\..* set “edasPackages\.network” to “public”\./);
      assert.equal(next, 'setting:edasPackages.network');
    }
  });

  it('is the general one for a code that only another version knows', () => {
    const { sentence } = describeError(new CodedError('from.otherVersion' as ErrorCode));
    assert.match(sentence, /Check the log/);
  });
});
