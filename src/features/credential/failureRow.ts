import { l10n } from 'vscode';
import { CodedError } from '../../core/errors/catalogue';
import { describeError } from '../../common/messages';
import type { Row } from './row';

/** What failed and why; its children name what support asks for. */
export function failureRow(error: unknown): Row {
  const row = {
    id: 'failure',
    label: l10n.t('Fetching failed'),
    icon: 'error',
    canFetch: true,
    tone: 'error',
  } as const;
  if (!(error instanceof CodedError)) {
    return { ...row, description: l10n.t('Something unexpected happened. Check the log.') };
  }
  const { sentence, reference, helpUrl } = describeError(error);
  const { serverCode, requestId } = error.facts;
  const children = [
    detail('failure.code', l10n.t('Code'), serverCode, 'symbol-constant'),
    detail('failure.requestId', l10n.t('Request ID'), requestId, 'tag'),
    detail('failure.help', l10n.t('Help'), helpUrl, 'link-external', helpUrl),
  ].flat();
  return {
    ...row,
    description: sentence,
    hint: reference || undefined,
    copy: `${sentence} ${reference}`.trim(),
    helpUrl,
    children: children.length > 0 ? children : undefined,
  };
}

function detail(
  id: string,
  label: string,
  description: string | undefined,
  icon: string,
  helpUrl?: string,
): readonly Row[] {
  return description === undefined
    ? []
    : [{ id, label, description, icon, copy: description, helpUrl }];
}
