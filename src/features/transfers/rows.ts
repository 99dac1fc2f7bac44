import { l10n } from 'vscode';
import { singleLine } from '../../core/util/displayText';
import type { Transfer, TransferProgress } from '../../core/transfer/manager';
import {
  formatBytes,
  formatMoment,
  formatTime,
  formatDuration,
  formatSpeed,
  spokenDuration,
} from '../../common/messages/format';
import { uploadedSize } from '../../common/messages/uploadedSize';
import { describeError } from '../../common/messages';
import { restartReason } from '../../common/messages/restartNotice';
import type { TreeRow } from '../../common/vscode/safeWindow';

/** An action of a row. The `when` clauses of package.json test for these words. */
export type RowAction =
  | 'cancel'
  | 'copyKey'
  | 'copyUrl'
  | 'discard'
  | 'remove'
  | 'resume'
  | 'retry';

/**
 * A row of the Transfers view. Each state has its own icon, so that none differs only in colour. While the transfer runs,
 * the hover does not change, so that it can be read, and what a screen reader says changes in coarse steps only.
 */
export interface Row extends TreeRow {
  readonly description: string;
  readonly tooltip: string;
  readonly actions: readonly RowAction[];
}

export interface RowContext {
  /** ms since 1970 */
  readonly now: number;
  /** The transfer ran in this window. */
  readonly startedHere: boolean;
  /** Name of the transfer's account, when that is not the one that is signed in. */
  readonly otherAccount?: string | undefined;
}

export function rowOf(transfer: Transfer, context: RowContext): Row {
  const { id, name } = transfer;
  const row = { id, label: name, ...stateOf(transfer, context) };
  const { ariaLabel = row.description, lines } = row;
  return {
    ...row,
    ariaLabel: `${name}, ${ariaLabel}`,
    tooltip: [singleLine(transfer.key), ...lines].join('\n'),
  };
}

interface State extends Omit<Row, 'ariaLabel' | 'id' | 'label' | 'tooltip'> {
  /** Without the name; like the description unless given. */
  readonly ariaLabel?: string;
  /** Of the hover, below the key. */
  readonly lines: readonly string[];
}

function stateOf(transfer: Transfer, context: RowContext): State {
  switch (transfer.state) {
    case 'running':
      return running(transfer, context);
    case 'otherWindow':
      return elsewhere(transfer);
    case 'interrupted':
      return interrupted(transfer, context);
    case 'done':
      return done(transfer, context);
    case 'failed':
      return failed(transfer, context);
    case 'cancelled':
      return {
        description: [l10n.t('cancelled'), momentOf(transfer, context)].join(' · '),
        icon: 'circle-slash',
        lines: [l10n.t('Cancelled {0}.', at(transfer, context)), ...accountNote(context)],
        actions: ['retry', 'copyKey', 'remove'],
      };
  }
}

function running(transfer: Transfer, context: RowContext): State {
  const { progress, size } = transfer;
  const begun = l10n.t('Started {0}.', at(transfer, context));
  return {
    ...(progress === undefined
      ? { description: l10n.t('queued') }
      : { description: progressText(progress), ariaLabel: spokenProgress(progress) }),
    icon: progress?.stage === 'paused' ? 'debug-disconnect' : 'cloud-upload',
    ...(progress?.stage === 'paused' && { color: 'list.warningForeground' }),
    lines: [...(size === undefined ? [] : [formatBytes(size)]), begun],
    actions: ['cancel', 'copyKey'],
  };
}

/** `40% · 4 s left · 5.1 MB of 12.9 MB · 2.3 MB/s`: what a narrow view cuts off comes last. */
function progressText(progress: TransferProgress): string {
  const { sentBytes, totalBytes, bytesPerSecond, secondsLeft, stage } = progress;
  const percent = percentText(sentBytes, totalBytes);
  const bytes = bytesText(sentBytes, totalBytes);
  switch (stage) {
    case 'preparing':
      return l10n.t('preparing');
    case 'completing':
      return [percent, l10n.t('finishing'), bytes].join(' · ');
    case 'paused':
      return [percent, l10n.t('waiting for the network'), bytes].join(' · ');
    case 'sending':
      return [
        percent,
        ...(secondsLeft === undefined
          ? []
          : [l10n.t('{0} left', formatDuration(secondsLeft * 1000))]),
        bytes,
        ...(bytesPerSecond === undefined ? [] : [formatSpeed(bytesPerSecond)]),
      ].join(' · ');
  }
}

/** In steps of ten percent. */
function spokenProgress(progress: TransferProgress): string {
  const { sentBytes, totalBytes, secondsLeft, stage } = progress;
  const tens = Math.floor(percentOf(sentBytes, totalBytes) / 10) * 10;
  switch (stage) {
    case 'preparing':
      return l10n.t('preparing');
    case 'completing':
      return l10n.t('finishing');
    case 'paused':
      return l10n.t('waiting for the network, {0} percent', tens);
    case 'sending':
      return secondsLeft === undefined
        ? l10n.t('uploading, {0} percent', tens)
        : l10n.t('uploading, {0} percent, {1} left', tens, spokenDuration(secondsLeft * 1000));
  }
}

function elsewhere({ acknowledgedBytes = 0, size = 0 }: Transfer): State {
  return {
    description: [l10n.t('in another window'), bytesOf(acknowledgedBytes, size)].join(' · '),
    icon: 'multiple-windows',
    ariaLabel: l10n.t('running in another window'),
    lines: [l10n.t('Another window is uploading it. Cancel it there.')],
    actions: ['copyKey'],
  };
}

function interrupted(transfer: Transfer, context: RowContext): State {
  const { acknowledgedBytes = 0, size = 0, error } = transfer;
  const bytes = bytesOf(acknowledgedBytes, size);
  const description = error && describeError(error);
  const why =
    description?.sentence ?? (context.startedHere ? l10n.t('cancelled') : l10n.t('interrupted'));
  const when = at(transfer, context);
  return {
    description: [
      ...(description ? [l10n.t('interrupted')] : [why]),
      bytes,
      ...(description ? [why] : []),
    ].join(' · '),
    icon: description ? 'warning' : 'debug-pause',
    color: 'list.warningForeground',
    ariaLabel: [why, l10n.t('{0} percent', percentOf(acknowledgedBytes, size))].join(', '),
    lines: [
      ...(description ? [[description.sentence, description.reference].join(' ').trim()] : []),
      context.startedHere
        ? l10n.t('Interrupted {0}.', when)
        : l10n.t('Started at {0}; interrupted when the window closed or the upload stopped.', when),
      l10n.t('Resume continues at {0}. Discard deletes the uploaded parts.', bytes),
      ...accountNote(context),
    ],
    actions: ['resume', 'discard', 'copyKey'],
  };
}

function done(transfer: Transfer, context: RowContext): State {
  const { result, size = 0 } = transfer;
  const isVerified = result?.verified === true;
  const isIdentical = result?.isIdentical === true;
  const proof = isIdentical
    ? l10n.t('already uploaded, identical')
    : isVerified
      ? l10n.t('verified')
      : l10n.t('not verified');
  const bytes = isIdentical || result === undefined ? formatBytes(size) : uploadedSize([result]);
  return {
    description: [bytes, proof, momentOf(transfer, context)].join(' · '),
    icon: isVerified ? 'pass' : 'unverified',
    color: isVerified ? 'testing.iconPassed' : 'list.warningForeground',
    ariaLabel: isIdentical ? [proof, bytes].join(', ') : l10n.t('uploaded, {0}, {1}', bytes, proof),
    lines: [
      isIdentical
        ? l10n.t(
            'Compared {0}: the same object existed already, so nothing was sent.',
            at(transfer, context),
          )
        : l10n.t('Uploaded {0}.', at(transfer, context)),
      ...(result === undefined
        ? []
        : [
            isVerified
              ? l10n.t('Verified by CRC-64 {0}.', String(result.crc64))
              : l10n.t('Not verified: the server sent no CRC-64 to compare with.'),
            ...restartReason(result),
            ...(result.requestId === undefined ? [] : [l10n.t('Request ID {0}', result.requestId)]),
          ]),
    ],
    actions: ['copyUrl', 'copyKey', 'remove'],
  };
}

function failed(transfer: Transfer, context: RowContext): State {
  const description = transfer.error && describeError(transfer.error);
  const why = description?.sentence ?? l10n.t('Something unexpected happened. Check the log.');
  return {
    description: why,
    icon: 'error',
    color: 'list.errorForeground',
    ariaLabel: l10n.t('failed: {0}', why),
    lines: [
      [why, description?.reference].join(' ').trim(),
      l10n.t('Failed {0}.', at(transfer, context)),
      ...leftoverNote(transfer),
      ...accountNote(context),
    ],
    actions: ['retry', 'copyKey', 'remove'],
  };
}

/** What a failure has left on the server, as far as that is known. */
function leftoverNote({ error }: Transfer): readonly string[] {
  const detail = error?.facts.detail;
  return [
    ...(detail === 'left'
      ? [l10n.t('The object with this key is corrupt. Upload the file again.')]
      : []),
    ...(detail === 'removed' ? [l10n.t('Nothing was left on the server.')] : []),
  ];
}

function accountNote({ otherAccount }: RowContext): readonly string[] {
  return otherAccount === undefined
    ? []
    : [l10n.t('It belongs to the account {0}. Switch to that account first.', otherAccount)];
}

/** `40% · 5.1 MB of 12.9 MB` */
function bytesOf(bytes: number, total: number): string {
  return [percentText(bytes, total), bytesText(bytes, total)].join(' · ');
}

function percentText(bytes: number, total: number): string {
  return l10n.t('{0}%', percentOf(bytes, total));
}

function bytesText(bytes: number, total: number): string {
  return l10n.t('{0} of {1}', formatBytes(bytes), formatBytes(total));
}

/** Whole percents; 100 only when it is all. */
function percentOf(bytes: number, total: number): number {
  return total === 0 ? 0 : Math.floor((Math.min(bytes, total) / total) * 100);
}

function at({ since }: Transfer, { now }: RowContext): string {
  return formatTime(since, now);
}

function momentOf({ since }: Transfer, { now }: RowContext): string {
  return formatMoment(since, now);
}
