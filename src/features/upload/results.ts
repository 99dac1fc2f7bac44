import { l10n, ThemeIcon, type QuickInputButton } from 'vscode';
import { uploadedSize } from '../../common/messages/uploadedSize';
import {
  buttonOf,
  errorMessageOf,
  showLogButton,
  type Button,
  type Reporter,
} from '../../common/vscode/reporter';
import { copyText } from '../../common/vscode/clipboard';
import { restartReason } from '../../common/messages/restartNotice';
import type { UploadOutcome } from '../../common/upload/types';
import { commonRecovery, failedFolder, resumableOf, summarize } from './summary';
import { openQuickPick, safeWindow, type PickItem } from '../../common/vscode/safeWindow';
import { focusView } from '../../common/vscode/viewIds';

/** An uploaded object and its unsigned URL. */
export interface UploadedLink {
  readonly key: string;
  readonly url: string;
}

export interface Results {
  readonly outcomes: readonly UploadOutcome[];
  readonly links: readonly UploadedLink[];
  /** Uploads again what failed. */
  readonly tryAgain: () => unknown;
  /** Deploys what was uploaded; absent for what EDAS does not deploy. */
  readonly deploy?: () => unknown;
  /** Uploads a folder as a ZIP instead. */
  readonly pack: (folder: string) => unknown;
}

/** Shows one message for a batch; only the status bar for one that the person has cancelled or skipped. */
export async function showResults(reporter: Reporter, results: Results): Promise<void> {
  const { outcomes, links } = results;
  const isResumable = resumableOf(outcomes).length > 0;
  const { severity, text } = summarize(outcomes, errorMessageOf);
  const hasFailed = outcomes.some(({ kind }) => kind === 'failed');
  const next = commonRecovery(outcomes);
  const folder = failedFolder(outcomes);
  if (links.length === 0 && !isResumable && !hasFailed) {
    safeWindow.showStatus(text);
    return;
  }
  const tryAgain =
    folder === undefined
      ? { label: l10n.t('Try Again'), press: results.tryAgain }
      : { label: l10n.t('Upload as ZIP'), press: () => results.pack(folder) };
  const show = { label: l10n.t('Show'), press: () => showDetails(reporter, results) };
  const buttons = [
    next === undefined ? [] : buttonOf(next),
    hasFailed ? tryAgain : [],
    results.deploy === undefined ? [] : { label: l10n.t('Deploy…'), press: results.deploy },
    links.length > 0 ? copyButtons(links) : [],
    isResumable ? { label: l10n.t('Show Transfers'), press: () => focusView('transfers') } : [],
    outcomes.length > 1 || links.length > 0 || hasFailed ? show : [],
    hasFailed ? showLogButton() : [],
  ].flat();
  await reporter.showMessage(severity, text, buttons);
}

function copyButtons(links: readonly UploadedLink[]): readonly Button[] {
  const one = links.length === 1;
  return [
    {
      label: one ? l10n.t('Copy URL') : l10n.t('Copy URLs'),
      press: () => copyText(links.map(({ url }) => url)),
    },
    {
      label: one ? l10n.t('Copy Key') : l10n.t('Copy Keys'),
      press: () => copyText(links.map(({ key }) => key)),
    },
  ];
}

interface DetailItem extends PickItem {
  readonly object?: UploadedLink;
}

/** Shows every file of the batch with its outcome. */
function showDetails(reporter: Reporter, { outcomes, links }: Results): void {
  const copyUrl: QuickInputButton = {
    iconPath: new ThemeIcon('link'),
    tooltip: l10n.t('Copy URL'),
  };
  const copyKey: QuickInputButton = {
    iconPath: new ThemeIcon('copy'),
    tooltip: l10n.t('Copy Key'),
  };
  const copy = (text: string): void => {
    copyText(text).catch((error: unknown) => reporter.report(error));
  };
  const items = outcomes.map((outcome): DetailItem => {
    const object =
      outcome.kind === 'uploaded' ? links.find(({ key }) => key === outcome.result.key) : undefined;
    return { ...describe(outcome), object, buttons: object && [copyUrl, copyKey] };
  });
  const placeholder = l10n.t('Press Enter to copy the URL of an object');
  void openQuickPick<DetailItem>(
    { title: l10n.t('EDAS: Upload'), placeholder, items },
    (box, close) => {
      box.onDidTriggerItemButton(({ button, item: { object } }) => {
        if (object !== undefined) {
          copy(button === copyUrl ? object.url : object.key);
        }
      });
      box.onDidAccept(() => {
        const object = box.selectedItems[0]?.object;
        if (object !== undefined) {
          copy(object.url);
          close(undefined);
        }
      });
    },
  );
}

function describe(outcome: UploadOutcome): PickItem {
  const { name } = outcome.item;
  switch (outcome.kind) {
    case 'uploaded': {
      const { result } = outcome;
      return {
        icon: result.verified ? 'pass' : 'warning',
        label: name,
        description: result.key,
        detail: [
          uploadedSize([result]),
          ...(result.isIdentical === true ? [l10n.t('already uploaded, identical')] : []),
          result.verified
            ? l10n.t('verified by CRC-64 {0}', String(result.crc64))
            : l10n.t('not verified'),
          ...restartReason(result),
          ...(result.requestId === undefined ? [] : [l10n.t('request ID {0}', result.requestId)]),
        ].join(' · '),
      };
    }
    case 'failed':
      return {
        icon: 'error',
        label: name,
        description: l10n.t('failed'),
        detail: errorMessageOf(outcome.error),
      };
    case 'skipped':
      return { icon: 'debug-step-over', label: name, description: l10n.t('skipped') };
    case 'cancelled':
      return { icon: 'circle-slash', label: name, description: l10n.t('cancelled') };
    case 'notStarted':
      return {
        icon: 'circle-large-outline',
        label: name,
        description: l10n.t('not attempted'),
      };
  }
}
