// Short versions of the campaigns that `npm run fuzz` runs.
import { strict as assert } from 'node:assert';

import { silentLog } from '../../../src/core/util/log';
import { hasCode } from '../../../src/core/errors/catalogue';
import { responseCampaign } from '../../fuzz/responses';
import { runCases } from '../../fuzz/cases';
import { FixedResponses } from '../../fuzz/fixedResponses';
import { floodCampaign } from '../../fuzz/flood';
import { keyFileCampaign } from '../../fuzz/keyFiles';
import { secretIn, marked } from '../../fuzz/marked';
import { readSeeds } from '../../fuzz/message';
import { operationOf } from '../../fuzz/operations';
import { wireCampaign } from '../../fuzz/wire';

describe('Fuzzing', () => {
  it('starts from responses that give the expected value or error code', async () => {
    const codes: Record<string, string> = {};
    for (const seed of await readSeeds()) {
      try {
        await operationOf(seed)({ http: new FixedResponses([seed]), log: silentLog });
        codes[seed.name] = 'value';
      } catch (error) {
        codes[seed.name] = hasCode(error) ? error.code : String(error);
      }
    }
    assert.deepEqual(codes, {
      'edas.credential.business': 'edas.rejected',
      'edas.credential.denied': 'edas.noPermission',
      'edas.credential.skewed': 'edas.clockSkewed',
      'edas.credential.success': 'value',
      'edas.credential.throttled': 'edas.throttled',
      'edas.credential.unknownKey': 'edas.unknownAccessKey',
      'edas.credential.wrongSecret': 'edas.wrongSecret',
      'edas.deploy.success': 'value',
      'edas.getChangeOrder.success': 'value',
      'edas.getK8sRuntime.success': 'value',
      'edas.listApplications.success': 'value',
      'edas.listHistoryVersions.success': 'value',
      'edas.listRecentChangeOrders.success': 'value',
      'oss.abortMultipartUpload.gone': 'value',
      'oss.abortMultipartUpload.proxyPage': 'oss.serverFault',
      'oss.completeMultipartUpload.success': 'value',
      'oss.deleteObject.success': 'value',
      'oss.getObject.noSuchKey': 'oss.noSuchKey',
      'oss.getObject.success': 'value',
      'oss.headObject.denied': 'oss.accessDenied',
      'oss.headObject.success': 'value',
      'oss.initiateMultipartUpload.success': 'value',
      'oss.listObjects.success': 'value',
      'oss.listParts.success': 'value',
      'oss.putObject.busy': 'oss.throttled',
      'oss.putObject.exists': 'oss.objectExists',
      'oss.putObject.expired': 'oss.tokenExpired',
      'oss.putObject.skewed': 'oss.clockSkewed',
      'oss.putObject.success': 'value',
      'oss.putObject.wrongSignature': 'oss.signatureRejected',
      'sts.assumeRole.denied': 'sts.noPermission',
      'sts.assumeRole.success': 'value',
    });
  });

  it('turns mutated responses into values or coded errors without secrets', async () => {
    const { values, codes } = await responseCampaign({ cases: 4_000, seed: 2024 });
    assert.ok(values > 300 && codes.size > 15, 'the mutations do not reach far enough');
  });

  it('turns responses of maximum size, made of one repeated piece, into values or coded errors', async () => {
    const seeds = await readSeeds();
    // These cases repeat line breaks; `npm run fuzz` repeats all pieces.
    const { values, codes } = await floodCampaign({ cases: 2 * seeds.length, seed: 2024 });
    assert.ok(values > 5 && codes.size > 5);
  }).timeout(60_000);

  it('detects a case that takes too long or too much memory', async () => {
    const options = { cases: 3, seed: 1 };
    const blocking = runCases(
      { ...options, limits: { caseMs: 50, caseMegabytes: 400 } },
      (_random, caseName) => {
        const end = performance.now() + (caseName.startsWith('case 1 ') ? 80 : 0);
        while (performance.now() < end);
        return Promise.resolve(undefined);
      },
    );
    await assert.rejects(blocking, /case 1 of seed 1 took \d+ ms/);
    const buffers: Buffer[] = [];
    const greedy = runCases(
      { ...options, limits: { caseMs: 10_000, caseMegabytes: 50 } },
      (_random, caseName) => {
        if (caseName.startsWith('case 2 ')) {
          const peak = process.resourceUsage().maxRSS * 1024;
          buffers.push(Buffer.alloc(peak - process.memoryUsage.rss() + 100 * 1024 * 1024, 1));
        }
        return Promise.resolve(undefined);
      },
    );
    await assert.rejects(greedy, /case 2 of seed 1 took \d+ MB/);
  }).timeout(20_000);

  it('turns mutated key files into values or coded errors without secrets', async () => {
    const { values, codes } = await keyFileCampaign({ cases: 1_000, seed: 2024 });
    assert.ok(values > 100 && codes.size >= 4, 'the mutations do not reach far enough');
  });

  it('turns mutated responses on real connections into values or coded errors without secrets', async () => {
    const { values, codes } = await wireCampaign({ cases: 100, seed: 2024 });
    assert.ok(values > 0 && codes.size > 3, 'the mutations do not reach far enough');
  });

  it('detects a secret as plain text, URL-encoded, Base64 and hex', () => {
    for (const secret of [
      marked.callerSecret,
      marked.callerToken,
      marked.issuedSecret,
      marked.issuedToken,
    ]) {
      for (const form of [
        secret,
        encodeURIComponent(secret),
        Buffer.from(secret).toString('base64'),
        Buffer.from(secret).toString('hex'),
      ]) {
        assert.equal(secretIn(`x=${form};`), form);
      }
    }
    assert.equal(secretIn('nothing'), undefined);
  });
});
