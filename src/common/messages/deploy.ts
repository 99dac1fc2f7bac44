import { l10n } from 'vscode';
import type { ErrorFacts } from '../../core/errors/catalogue';
import { serverWords, type MessageFacts, type Sentences } from './errorMessage';

/** Deployments: what cannot be deployed, how a deployment ended, and which actions are impossible. */
export const deploySentences: Sentences<'deploy'> = {
  'deploy.notAPackage': ({ subject }) =>
    l10n.t(
      'The package {0} cannot be deployed: EDAS takes .jar and .war files. Choose such a package.',
      subject,
    ),
  'deploy.notVerified': ({ subject }) =>
    l10n.t(
      'The package {0} cannot be deployed, because OSS has no CRC-64 of it. Upload it again, then deploy that.',
      subject,
    ),
  'deploy.packageChanged': ({ subject }) =>
    l10n.t(
      'The package {0} was overwritten after the upload. Nothing was deployed. Upload yours again under another name, then deploy that.',
      subject,
    ),
  'deploy.applicationNotFound': ({ subject }) =>
    l10n.t(
      'EDAS has no application {0} in this region, or this account may not see it. Check the name or the ID, and the region of the account.',
      subject,
    ),
  'deploy.ambiguousName': ({ subject, detail }) =>
    l10n.t('More than one application is named {0} ({1}). Use the ID instead.', subject, detail),
  'deploy.unsupportedCluster': ({ subject }) =>
    l10n.t(
      'The application {0} runs neither on ECS nor on Kubernetes. Deploy it in the EDAS console.',
      subject,
    ),
  'deploy.imageApplication': ({ subject }) =>
    l10n.t(
      'The application {0} is deployed from container images, not from packages. Choose another application.',
      subject,
    ),
  'deploy.wrongKind': ({ file, subject, detail }) =>
    l10n.t(
      'The package {0} does not fit the application {1}, which is deployed from {2} packages. Choose another package or application.',
      file,
      subject,
      (detail || '?').toUpperCase(),
    ),
  'deploy.otherRegion': ({ subject, detail }) =>
    l10n.t(
      'The application {0} runs in another region ({1}) than the package, and could not read it. Sign in with that region, and upload the package there.',
      subject,
      detail || '?',
    ),
  'deploy.unknownRuntime': (f) =>
    l10n.t(
      'EDAS does not say which JDK {0} runs on, so it cannot be deployed from here. Deploy it once in the EDAS console, then try again.',
      name(f),
    ),
  'deploy.groupNotFound': ({ detail, subject }) =>
    l10n.t('The application {0} has no group {1}. Check the name of the group.', detail, subject),
  'deploy.badRelease': ({ subject, detail }) =>
    subject === 'waitMinutes'
      ? l10n.t(
          'The wait between batches must be a whole number of minutes in the range {0}. Change it.',
          detail,
        )
      : l10n.t('The number of batches must be a whole number in the range {0}. Change it.', detail),
  'deploy.badVersion': () =>
    l10n.t(
      'This version cannot be used. It must have 1 to 64 characters on one line: change it, or leave it out.',
    ),
  'deploy.versionUsed': ({ subject }) =>
    l10n.t(
      'The version {0} was deployed before, and each version can be deployed once. Use another one, or leave it out.',
      subject,
    ),
  'deploy.inProgress': (f) =>
    l10n.t(
      'Another deployment of {0} is running. Nothing was deployed. Follow that one, and deploy when it has ended.',
      name(f),
    ),
  'deploy.uncertain': (f) =>
    f.changeOrderId === undefined
      ? l10n.t(
          'It is not known whether EDAS has started the deployment of {0}: the response was lost, and no change order was found. Check in the EDAS console before you deploy again.',
          name(f),
        )
      : l10n.t(
          'It is not known whether EDAS has started the deployment of {0}: the response was lost, and the change order that is running ({1}) may be of someone else. Check in the EDAS console before you deploy again.',
          name(f),
          f.changeOrderId,
        ),
  'deploy.failed': (f) => l10n.t('The deployment of {0} failed. {1}', name(f), reason(f)),
  'deploy.systemFault': (f) =>
    l10n.t('The deployment of {0} failed because of an error in EDAS. {1}', name(f), reason(f)),
  'deploy.aborted': (f) =>
    l10n.t(
      'The deployment of {0} was aborted. Instances that were updated before stay updated: roll back, or deploy again.',
      name(f),
    ),
  'deploy.partial': (f) =>
    l10n.t('The deployment of {0} was only partially executed. {1}', name(f), reason(f)),
  'deploy.timedOut': (f) =>
    l10n.t(
      'The deployment of {0} takes longer than the time limit. It continues at EDAS, but is no longer followed: follow it again, or open the EDAS console.',
      name(f),
    ),
  'deploy.notFollowed': (f) =>
    l10n.t(
      'The state of the deployment of {0} can no longer be read.{1} It continues at EDAS: check the account, then follow it again, or open the EDAS console.',
      name(f),
      serverWords(f),
    ),
  'deploy.nothingToConfirm': (f) =>
    l10n.t(
      'No batch of {0} waits for a confirmation. It may have been confirmed elsewhere: check its state.',
      name(f),
    ),
  'deploy.noEarlierVersion': (f) =>
    l10n.t(
      'EDAS has no earlier version of {0} to roll back to. Deploy an older package instead.',
      name(f),
    ),
  'deploy.notRunning': (f) =>
    l10n.t('This deployment of {0} is no longer running. Check its state.', name(f)),
  'deploy.gone': () =>
    l10n.t(
      'The Deployments view does not contain this deployment, or no longer does. Refresh the view, or open the EDAS console.',
    ),
};

function name({ subject }: MessageFacts): string {
  return subject || l10n.t('the application');
}

/** Where it failed, EDAS's own words, and what to do. */
function reason(facts: MessageFacts): string {
  const { stage, instance, serverMessage } = facts;
  const parts = [
    stage === undefined ? undefined : l10n.t('Stage: {0}.', stage),
    instance === undefined ? undefined : l10n.t('Instance: {0}.', instance),
    serverMessage === undefined ? undefined : l10n.t('EDAS says: “{0}”.', serverMessage),
    hint(facts),
  ];
  return parts.filter((part) => part !== undefined).join(' ');
}

/** What to do. Source: "Error codes that may be returned in a change process" of EDAS, the codes of its tasks. */
function hint({ serverCode }: ErrorFacts): string {
  switch (serverCode) {
    case 'EDAS-10000':
      return l10n.t('The disk of the instance is full: free space on it, then deploy again.');
    case 'EDAS-10001':
      return l10n.t(
        'The agent on the instance is offline: restart it there (/home/staragent/bin/staragentctl restart), then deploy again.',
      );
    case 'EDAS-10002':
      return l10n.t('A task took too long: check the log of the instance.');
    case 'EDAS-10012':
      return l10n.t('The WAR is damaged: build and upload it again.');
    case 'EDAS-10013':
      return l10n.t('The package is damaged: build and upload it again.');
    case 'EDAS-10014':
      return l10n.t(
        'The instance may not read the package: check that application and package are in the same region and account.',
      );
    case 'EDAS-10015':
      return l10n.t('The package no longer exists: upload it again, then deploy that.');
    case 'EDAS-10016':
      return l10n.t(
        'A Java process on the instance was started by root: stop it, then deploy again.',
      );
    case undefined:
    default:
      return l10n.t('For details, open the deployment in the EDAS console.');
  }
}
