import { l10n } from 'vscode';
import { CodedError } from '../../core/errors/catalogue';
import { describeError } from '../../common/messages';
import type { Row } from './row';

/** What failed and why; its children name what support asks for. */
export function failureRow(error: unknown): Row {
  const label = l10n.t('Fetching failed');
  if (!(error instanceof CodedError)) {
    const sentence = l10n.t('Something unexpected happened. Check the log.');
    return {
      id: 'failure',
      label,
      description: sentence,
      icon: 'error',
      tone: 'error',
      canFetch: true,
    };
  }
  const { sentence, reference, helpUrl } = describeError(error);
  const { serverCode, requestId } = error.facts;
  const children: readonly Row[] = [
    ...(serverCode === undefined
      ? []
      : [detail('failure.code', l10n.t('Code'), serverCode, 'symbol-constant')]),
    ...(requestId === undefined
      ? []
      : [detail('failure.requestId', l10n.t('Request ID'), requestId, 'tag')]),
    ...(helpUrl === undefined
      ? []
      : [{ ...detail('failure.help', l10n.t('Help'), helpUrl, 'link-external'), helpUrl }]),
  ];
  return {
    id: 'failure',
    label,
    description: sentence,
    icon: 'error',
    tone: 'error',
    ...(reference !== '' && { hint: reference }),
    copy: reference === '' ? sentence : `${sentence} ${reference}`,
    canFetch: true,
    ...(helpUrl !== undefined && { helpUrl }),
    ...(children.length > 0 && { children }),
  };
}

function detail(id: string, label: string, description: string, icon: string): Row {
  return { id, label, description, icon, copy: description };
}
