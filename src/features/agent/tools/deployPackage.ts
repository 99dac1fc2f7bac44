import { l10n } from 'vscode';
import type { Application } from '../../../core/alibaba/edas/application';
import {
  packageAt,
  type Deployment,
  type DeploymentPlan,
  type Deployments,
  type DeployPackage,
} from '../../../core/deploy';
import { CodedError, hasCode } from '../../../core/errors/catalogue';
import { joinKey } from '../../../core/oss/objectKey';
import { text } from '../../../core/util/inputFields';
import { signedInAccount } from '../../../common/account';
import { deployFields, releaseOf } from '../../../common/deployFields';
import { planLines } from '../../../common/messages/deploymentText';
import { formatBytes } from '../../../common/messages/format';
import { deploymentResult, deploymentValue, isLost } from '../deploymentFacts';
import type { Facts } from '../resultText';
import { badInput, changingTool, type Call, type Proposal, type ToolResult } from '../tool';
import { proposeUpload, uploadFields, type UploadProposal } from '../uploadProposal';
import { uploadFacts } from './uploadPackage';

/** What a person confirmed, and what must stay as it was when it is done. */
interface DeployProposal extends Proposal {
  readonly version: string;
  /** Of the file that is uploaded first. */
  readonly name?: string;
}

/** Deploys a package to an application, after it has uploaded a file if that is wanted. */
export const deployPackage = changingTool({
  fields: {
    ...deployFields,
    /** Name of an object below the package prefix. */
    package: text(),
    ...uploadFields,
  },
  progress: () => l10n.t('Deploying a package to EDAS'),
  check: ({ package: name, file, key, overwrite }) => {
    if ((name === undefined) === (file === undefined)) {
      throw badInput('package', l10n.t('given, or else “{0}”, but not both', 'file'));
    }
    if (file === undefined && (key !== undefined || overwrite !== undefined)) {
      const wrong = key === undefined ? 'overwrite' : 'key';
      throw badInput(wrong, l10n.t('left out unless “{0}” is given', 'file'));
    }
  },
  propose: async (input, call, confirmed?: DeployProposal): Promise<DeployProposal> => {
    const { deps, signal } = call;
    const account = signedInAccount(deps.accounts);
    const { deployments } = await deps.deployServices.get();
    const { file } = input;
    const upload =
      file === undefined
        ? undefined
        : await proposeUpload({ ...input, file }, call, confirmed?.name);
    const deployed =
      upload === undefined
        ? await existingPackage(input.package ?? '', call)
        : packageAt(upload.credential, upload.key);
    const accountId = account.id;
    const application = await deployments.findApplication(accountId, input.application, signal);
    await assertNothingRuns(deployments, accountId, application, signal);
    const plan = await deployments.plan(
      {
        accountId,
        applicationId: application.id,
        package: deployed,
        release: releaseOf(input),
        group: input.group,
        version: confirmed?.version ?? input.version,
      },
      signal,
    );
    return {
      version: plan.version,
      name: upload?.name,
      title: l10n.t('Deploy to an EDAS application?'),
      lines: [...packageLines(upload, deployed), ...planLines(plan, account.name)],
      fingerprint: [
        ...[accountId, plan.application.id, plan.group?.id, plan.previousVersion],
        ...[deployed.url, String(deployed.crc64), deployed.size, upload?.fingerprint],
      ],
      run: (running) => run(plan, upload, running),
    };
  },
});

/** An existing object; its name is given without the package prefix, or with it as edas_upload_package returns it. */
async function existingPackage(name: string, { deps, signal }: Call): Promise<DeployPackage> {
  const { keyPrefix } = await deps.uploads.credential(signal);
  const root = `${keyPrefix}/`;
  const key = joinKey(keyPrefix, name.startsWith(root) ? name.slice(root.length) : name);
  const { resolve } = await deps.deployServices.get();
  return resolve({ key }, signal);
}

/**
 * Nobody is prompted for what could not start, and no second change order is made while it is not known whether the first
 * one exists.
 * @throws CodedError `deploy.inProgress`, `deploy.uncertain`
 */
async function assertNothingRuns(
  deployments: Deployments,
  accountId: string,
  { id: applicationId, name: subject }: Application,
  signal: AbortSignal,
): Promise<void> {
  const lost = lostDeployment(deployments, accountId, applicationId);
  if (lost !== undefined) {
    throw new CodedError('deploy.uncertain', { subject, detail: lost.version });
  }
  // One that is being started has no change order yet.
  const isStarting = deployments.all.some(
    (each) => each.application.id === applicationId && each.state === 'starting',
  );
  const changeOrderId = await deployments.findRunning(accountId, applicationId, signal);
  if (isStarting || changeOrderId !== undefined) {
    throw new CodedError('deploy.inProgress', { subject, changeOrderId });
  }
}

/** A deployment of which it is not known whether EDAS has started it; `resume` or the person settles that. */
function lostDeployment(
  deployments: Deployments,
  accountId: string,
  applicationId: string,
): Deployment | undefined {
  return deployments.all.find(
    (each) => each.accountId === accountId && each.application.id === applicationId && isLost(each),
  );
}

function packageLines(
  upload: UploadProposal | undefined,
  { size }: DeployPackage,
): readonly string[] {
  if (upload !== undefined) {
    return [...upload.lines, l10n.t('The file is uploaded first, then deployed:')];
  }
  return size === undefined ? [] : [l10n.t('Size: {0}', formatBytes(size))];
}

async function run(
  plan: DeploymentPlan,
  upload: UploadProposal | undefined,
  call: Call,
): Promise<ToolResult> {
  const { deployments, resolve } = await call.deps.deployServices.get();
  const sent = await upload?.send(call);
  const uploaded: Facts =
    upload === undefined || sent === undefined ? {} : uploadFacts(upload.name, sent);
  try {
    const deployed =
      sent === undefined
        ? plan.package
        : await resolve(
            { key: sent.key, crc64: sent.verified ? sent.crc64 : undefined },
            call.signal,
          );
    const started = await deployments.start({ ...plan, package: deployed }, call.signal);
    const result = deploymentResult(started);
    return { ...result, facts: { ...uploaded, ...result.facts } };
  } catch (error) {
    if (!hasCode(error)) {
      throw error;
    }
    const lost = hasCode(error, 'deploy.uncertain')
      ? lostDeployment(deployments, plan.accountId, plan.application.id)
      : undefined;
    return { error, facts: { ...uploaded, ...(lost && deploymentValue(lost)) } };
  }
}
