import { l10n } from 'vscode';
import type { PackageObject } from '../../core/deploy';
import { packageKindOf } from '../../core/deploy/packageKind';
import { hasCode } from '../../core/errors/catalogue';
import { baseName } from '../../core/oss/objectKey';
import { firstFailures, type Summary } from '../../common/messages/batchSummary';
import { alreadyUploaded, uploadedSize } from '../../common/messages/uploadedSize';
import { describeError, type RecoveryAction } from '../../common/messages';
import { restartReason } from '../../common/messages/restartNotice';
import type { UploadItem, UploadOutcome } from '../../common/upload/types';

/** After these errors, trying again needs a new credential. */
const refusals = ['oss.accessDenied', 'oss.tokenExpired', 'oss.noSuchBucket'] as const;

/** @param sentenceOf what happened and what to do next */
export function summarize(
  outcomes: readonly UploadOutcome[],
  sentenceOf: (error: unknown) => string,
): Summary {
  const uploaded = outcomes.filter((outcome) => outcome.kind === 'uploaded');
  const failed = failuresOf(outcomes);
  const failures = failed.map(({ item, error }) =>
    l10n.t('{0} was not uploaded: {1}', item.name, sentenceOf(error)),
  );
  const unverified = uploaded.filter(({ result }) => !result.verified);
  const empty = uploaded.filter(({ result }) => result.size === 0);
  const isDoubtful = unverified.length > 0 || empty.length > 0;
  const severity = failed.length > 0 ? 'error' : isDoubtful ? 'warning' : 'info';
  const [only, ...others] = uploaded;
  const withKind = (kind: UploadOutcome['kind']): readonly UploadOutcome[] =>
    outcomes.filter((outcome) => outcome.kind === kind);
  const parts = [
    ...(only === undefined
      ? []
      : others.length === 0
        ? aboutOne(only)
        : aboutSeveral(uploaded, unverified)),
    ...nameOrCount(empty, (what) =>
      l10n.t('{0} is empty. Check the build, then upload it again.', what),
    ),
    ...nameOrCount(withKind('skipped'), (what) => l10n.t('Skipped: {0}.', what)),
    ...nameOrCount(withKind('cancelled'), (what) => l10n.t('Cancelled: {0}.', what)),
    ...nameOrCount(withKind('notStarted'), (what) => l10n.t('Not attempted: {0}.', what)),
    ...(outcomes.length > 1 && failed.length > 0 ? [l10n.t('Failed: {0}.', failed.length)] : []),
    ...firstFailures(failures),
    ...aboutResumable(resumableOf(outcomes), outcomes.length),
  ];
  return { severity, text: parts.join(' ') };
}

/**
 * The recovery that all failures have in common, which the message offers. “Fetch Again” only after OSS has rejected
 * the credential: otherwise trying again fetches automatically.
 */
export function commonRecovery(
  outcomes: readonly UploadOutcome[],
): Exclude<RecoveryAction, 'openFile'> | undefined {
  const nexts = failuresOf(outcomes).map(({ error }) => {
    const next = hasCode(error) ? describeError(error).next : undefined;
    return next === 'fetchAgain' && !hasCode(error, ...refusals) ? undefined : next;
  });
  const [next] = nexts;
  return next === 'openFile' || new Set(nexts).size !== 1 ? undefined : next;
}

/** Path of the folder if the only failure is that a folder was selected where a file is needed. */
export function failedFolder(outcomes: readonly UploadOutcome[]): string | undefined {
  const [failed, ...others] = failuresOf(outcomes);
  return failed !== undefined &&
    others.length === 0 &&
    hasCode(failed.error, 'source.notAFile') &&
    failed.error.facts.detail === 'folder'
    ? failed.item.path
    : undefined;
}

/** The items whose transfers can be resumed. */
export function resumableOf(
  outcomes: readonly UploadOutcome[],
): readonly Pick<UploadItem, 'name'>[] {
  return outcomes
    .filter((outcome) => outcome.kind === 'failed' || outcome.kind === 'cancelled')
    .filter(({ isResumable }) => isResumable)
    .map(({ item }) => item);
}

/** What was uploaded, when it is one verified package that EDAS can deploy. */
export function deployableOf(outcomes: readonly UploadOutcome[]): PackageObject | undefined {
  const [only, ...others] = outcomes.filter((outcome) => outcome.kind === 'uploaded');
  if (only === undefined || others.length > 0 || !only.result.verified) {
    return undefined;
  }
  const { key, crc64 } = only.result;
  return packageKindOf(key) === undefined ? undefined : { key, crc64 };
}

type Uploaded = Extract<UploadOutcome, { kind: 'uploaded' }>;
type Failed = Extract<UploadOutcome, { kind: 'failed' }>;

function failuresOf(outcomes: readonly UploadOutcome[]): readonly Failed[] {
  return outcomes.filter((outcome) => outcome.kind === 'failed');
}

function aboutOne({ item, result }: Uploaded): readonly string[] {
  const size = uploadedSize([result]);
  const key = result.key;
  const name = key === item.key ? item.name : `${item.name} → ${baseName(key)}`;
  if (result.isIdentical === true) {
    return [alreadyUploaded(name, result.size)];
  }
  return [
    result.verified
      ? l10n.t('Uploaded {0} ({1}), verified by CRC-64.', name, size)
      : l10n.t(
          'Uploaded {0} ({1}), not verified: the server sent no CRC-64 to compare with.',
          name,
          size,
        ),
    ...restartReason(result),
  ];
}

function aboutSeveral(
  uploaded: readonly Uploaded[],
  unverified: readonly Uploaded[],
): readonly string[] {
  const results = uploaded.map(({ result }) => result);
  const size = uploadedSize(results);
  const identical = uploaded.filter(({ result }) => result.isIdentical);
  const again = uploaded.filter(({ result }) => result.restartReason !== undefined);
  return [
    unverified.length === 0
      ? l10n.t('Uploaded {0} files ({1}), all verified by CRC-64.', uploaded.length, size)
      : l10n.t(
          'Uploaded {0} files ({1}); {2} of them not verified: the server sent no CRC-64 to compare with.',
          uploaded.length,
          size,
          unverified.length,
        ),
    ...nameOrCount(identical, (what) => l10n.t('Already uploaded, identical: {0}.', what)),
    ...nameOrCount(again, (what) => l10n.t('Restarted: {0}.', what)),
  ];
}

function aboutResumable(
  [first, ...others]: readonly Pick<UploadItem, 'name'>[],
  all: number,
): readonly string[] {
  if (first === undefined) {
    return [];
  }
  if (others.length > 0) {
    return [l10n.t('{0} files can be resumed in the Transfers view.', others.length + 1)];
  }
  return [
    all === 1
      ? l10n.t('It can be resumed in the Transfers view.')
      : l10n.t('{0} can be resumed in the Transfers view.', first.name),
  ];
}

/** One is named, several are counted. */
function nameOrCount(
  [first, ...others]: readonly UploadOutcome[],
  say: (what: number | string) => string,
): readonly string[] {
  return first === undefined
    ? []
    : [say(others.length === 0 ? first.item.name : others.length + 1)];
}
