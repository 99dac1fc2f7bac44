import { l10n } from 'vscode';
import { isEnded, isFollowed, type Deployment, type Deployments } from '../../../core/deploy';
import { CodedError, isAbort } from '../../../core/errors/catalogue';
import { required, text, whole } from '../../../core/util/inputFields';
import { signedInAccount } from '../../../common/account';
import { deploymentResult, isLost } from '../deploymentFacts';
import { readingTool, type Call } from '../tool';

/** The progress of a deployment; with `waitSeconds` it is followed for so long. */
export const deploymentStatus = readingTool({
  fields: {
    /** Id of a deployment of this window, or of a change order. */
    deployment: required(text()),
    /** For a change order that was not started here. */
    application: text(),
    /** How long to follow it at most. */
    waitSeconds: whole(0, 600),
  },
  progress: () => l10n.t('Checking a deployment in EDAS'),
  read: async ({ deployment: id, application, waitSeconds = 0 }, call) => {
    const { deployments } = await call.deps.deployServices.get();
    const found = await find(deployments, id, application, call);
    const { signal } = call;
    if (isLost(found) || (waitSeconds > 0 && !isEnded(found))) {
      await deployments.resume(found.id, signal);
    }
    await follow(deployments, found.id, waitSeconds, signal);
    return deploymentResult(await deployments.refresh(found.id, signal));
  },
});

/** @throws CodedError `deploy.gone`, `deploy.applicationNotFound`, `deploy.ambiguousName` */
async function find(
  deployments: Deployments,
  id: string,
  application: string | undefined,
  { deps: { accounts }, signal }: Call,
): Promise<Deployment> {
  const account = signedInAccount(accounts);
  const byId = (): Deployment | undefined =>
    deployments.all.find(
      (each) => each.accountId === account.id && (each.id === id || each.changeOrderId === id),
    );
  const known = byId();
  if (known !== undefined || application === undefined) {
    return known ?? gone();
  }
  const found = await deployments.findApplication(account.id, application, signal);
  await deployments.loadRecent(account.id, signal, [found]);
  return byId() ?? gone();
}

function gone(): never {
  throw new CodedError('deploy.gone');
}

/** Waits until it has ended or a batch waits for the person, or the time is over. @throws AbortError by the signal only */
async function follow(
  deployments: Deployments,
  id: string,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  if (seconds === 0) {
    return;
  }
  const isSettled = (each: Deployment): boolean =>
    !isFollowed(each) || each.state === 'waitingForConfirmation';
  const limit = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000)]);
  try {
    await deployments.when(id, isSettled, limit);
  } catch (error) {
    if (!isAbort(error) || signal.aborted) {
      throw error;
    }
  }
}
