import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { commands } from 'vscode';
import type { EdasPackagesApi } from '../../../../src/api';
import type { Sandbox } from '../../../sandbox';

/** What the boxes are given at the first try to be drawn, ms; more at each further try. */
const firstPauseMs = 400;
const tries = 6;

/**
 * Signs in as a person would whose environment has the keys. A test in the extension host can neither see the boxes nor
 * type: it moves and accepts, looks whether that led to a credential, and else tries again more slowly.
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
    // Where from, whether to follow, and which region.
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
