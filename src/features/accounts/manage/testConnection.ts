import { setTimeout as sleep } from 'node:timers/promises';
import { commands, l10n, ProgressLocation, type Progress } from 'vscode';
import type { ConnectionReport, Diagnosis } from '../../../core/alibaba/edas/connectionCheck';
import type { Account } from '../../../common/account';
import { signalOf } from '../../../common/vscode/cancellation';
import { commandIds } from '../../../common/vscode/commandIds';
import { logFailure } from '../../../common/vscode/log';
import { regionName } from '../../../common/messages/regionNames';
import {
  commandButton,
  copyPolicyButton,
  errorMessageOf,
  showLogButton,
} from '../../../common/vscode/reporter';
import { clockOf } from '../../../common/messages/errorMessage';
import { uncheckedTlsWarning } from '../../../common/messages/uncheckedTls';
import { credentialIdentity } from '../credentialIdentity';
import { accountReport } from './changeKeys';
import type { AccountServices } from '../accountServices';
import { stepText } from './stepText';
import { pickAccount } from './pickAccount';
import { safeWindow } from '../../../common/vscode/safeWindow';

/** The longest Retry-After that the test waits for, ms. */
const maxWaitMs = 60_000;
/** How often the test waits before it reports the throttling. */
const maxWaits = 2;

/** Tests each step from an account's keys to its credential and shows the result. */
export async function testConnection(services: AccountServices): Promise<void> {
  const { store, session, log } = services;
  if (store.all.length === 0) {
    await commands.executeCommand(commandIds.signIn);
    return;
  }
  const account = store.current ?? (await pickAccount(store, l10n.t('EDAS: Test Connection')));
  if (account === undefined) {
    return;
  }
  const report = await safeWindow.withProgress(
    {
      location: ProgressLocation.Notification,
      title: l10n.t('Testing the connection of “{0}”', account.name),
      cancellable: true,
    },
    (progress, token) => test(services, account, progress, signalOf(token)),
  );
  if (!report.ok) {
    logFailure(log, report.diagnosis.error);
    await showFailure(services, account, report);
    return;
  }
  log.info(`connection test: found, request ${report.credential.requestId}`);
  if (credentialIdentity(store.current) === credentialIdentity(account)) {
    session.adopt(report.credential);
  }
  await showSuccess(account, report);
}

async function test(
  { edas, keys, fetcher, session }: AccountServices,
  account: Account,
  progress: Progress<{ message: string }>,
  signal: AbortSignal,
): Promise<ConnectionReport> {
  const core = await import('../../../core/alibaba/edas/connectionCheck');
  for (let waits = 0; ; waits++) {
    const report = await core.testConnection(
      edas,
      session.clock,
      {
        keys: (stop) => keys.of(account.keySource, stop),
        // A getter, because an unknown region is reported as a result of the test.
        get endpoint() {
          return fetcher.endpointOf(account);
        },
      },
      signal,
    );
    const waitMs = report.ok ? undefined : report.diagnosis.error.facts.retryAfterMs;
    if (
      report.ok ||
      report.diagnosis.step !== 'pace' ||
      waitMs === undefined ||
      waitMs > maxWaitMs ||
      waits === maxWaits
    ) {
      return report;
    }
    progress.report({ message: l10n.t('EDAS is busy, waiting {0} s…', Math.ceil(waitMs / 1000)) });
    await sleep(waitMs, undefined, { signal });
  }
}

async function showSuccess(
  { name }: Account,
  { credential, clockOffsetMs }: ConnectionReport & { ok: true },
): Promise<void> {
  const found = l10n.t(
    'The connection for “{0}” works: EDAS returned the bucket {1} in {2}.',
    ...[name, credential.bucket, regionName(credential.regionId)],
  );
  const warning = uncheckedTlsWarning(process.env);
  const text = withClock(found, clockOffsetMs);
  await (warning === undefined
    ? safeWindow.showInformationMessage(text)
    : safeWindow.showWarningMessage(`${text} ${warning}`));
}

async function showFailure(
  services: AccountServices,
  account: Account,
  { diagnosis, clockOffsetMs }: ConnectionReport & { ok: false },
): Promise<void> {
  const format = (sentence: string): string => {
    const found = l10n.t(
      'The connection test for “{0}” failed while {1}. {2}',
      ...[account.name, stepText(diagnosis.step), sentence],
    );
    return diagnosis.step === 'clock' ? found : withClock(found, clockOffsetMs);
  };
  if (diagnosis.permission !== undefined) {
    await showPermission(format(errorMessageOf(diagnosis.error)), diagnosis.permission);
    return;
  }
  const { without, buttons } = accountReport(services, account, diagnosis.error);
  await services.reporter.show(diagnosis.error, {
    format,
    without,
    buttons: [commandButton(l10n.t('Test Again'), commandIds.testConnection), ...buttons],
  });
}

/** A dialog, because it shows the policy to pass on to the administrator. */
async function showPermission(
  found: string,
  permission: NonNullable<Diagnosis['permission']>,
): Promise<void> {
  const buttons = [copyPolicyButton(permission), showLogButton()];
  const chosen = await safeWindow.showErrorMessage(
    found,
    {
      modal: true,
      detail: l10n.t('This RAM policy grants exactly what is missing:\n\n{0}', permission.policy),
    },
    ...buttons.map(({ label }) => label),
  );
  await buttons.find(({ label }) => label === chosen)?.press();
}

/** Mentions the clock when it is off by a minute: our requests compensate, other programs do not. */
function withClock(text: string, clockOffsetMs: number): string {
  return Math.abs(clockOffsetMs) < 60_000
    ? text
    : `${text} ${clockOf({ clockOffsetMs })} ${l10n.t('The extension compensates for this.')}`;
}
