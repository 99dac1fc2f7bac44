import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { commands } from 'vscode';
import type { EdasPackagesApi } from '../../../../src/api';
import type { Sandbox } from '../../../sandbox';

/** The time for the input boxes to appear in the first attempt, ms; it grows with each attempt. */
const firstPauseMs = 400;
const tries = 6;

/**
 * Signs in with keys from the environment. A test in the extension host can neither see the input boxes nor type into
 * them: it selects and accepts items, checks whether there is a credential, and otherwise tries again more slowly.
 */
export async function signIn(sandbox: Sandbox, api: EdasPackagesApi): Promise<void> {
  const [key] = sandbox.keys;
  assert.ok(key);
  Object.assign(process.env, {
    ALIBABA_CLOUD_ACCESS_KEY_ID: key.id,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: key.secret,
    ALIBABA_CLOUD_REGION_ID: sandbox.region,
  });
  for (let n = 1; n <= tries; n += 1) {
    const pause = (): Promise<void> => sleep(firstPauseMs * n);
    const left = Promise.resolve(commands.executeCommand('edasPackages.signIn'));
    await pause();
    await commands.executeCommand('workbench.action.quickOpenSelectNext'); // past “Type the Keys”
    // The source of the keys, whether to follow it, and the region.
    for (let box = 1; box <= 3; box += 1) {
      await commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      await pause();
    }
    if (api.credentialStatus.state === 'ready') {
      return;
    }
    await commands.executeCommand('workbench.action.closeQuickOpen');
    await left;
  }
  assert.fail(`not signed in, but ${api.credentialStatus.state}`);
}
