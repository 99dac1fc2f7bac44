import { l10n } from 'vscode';
import type { CodedError, ErrorCode } from '../../core/errors/catalogue';
import { consentSentences } from './consent';
import { deploySentences } from './deploy';
import { edasSentences } from './edas';
import { fileSentences } from './files';
import { keySentences } from './keys';
import { networkSentences } from './network';
import { ossSentences } from './oss';
import type { RecoveryAction, ErrorMessage } from './errorMessage';

export type { RecoveryAction } from './errorMessage';

/** The whole catalogue. A code without a sentence does not compile. */
export const sentences: Readonly<Record<ErrorCode, ErrorMessage>> = {
  ...networkSentences,
  ...edasSentences,
  ...ossSentences,
  ...fileSentences,
  ...keySentences,
  ...consentSentences,
  ...deploySentences,
};

const unknown: ErrorMessage = {
  text: () => l10n.t('Something unexpected happened. Check the log.'),
};

/** A failure as a person reads it. */
export interface ErrorDescription {
  /** What happened and what to do next. */
  readonly sentence: string;
  /** The server's code and the request ID, in brackets; empty when there was no answer. */
  readonly reference: string;
  readonly next?: RecoveryAction;
  /** The provider's https page about this failure. */
  readonly helpUrl?: string;
}

export function describeError(error: CodedError): ErrorDescription {
  // What another version of the extension has kept may have a code of its own.
  const { text, next } = Object.hasOwn(sentences, error.code) ? sentences[error.code] : unknown;
  const { recommendUrl, privateEndpoint } = error.facts;
  const sentence = text(error.facts);
  return {
    sentence:
      privateEndpoint === undefined ? sentence : `${sentence} ${endpointHint(privateEndpoint)}`,
    reference: reference(error),
    next: privateEndpoint === undefined ? next : 'setting:edasPackages.network',
    ...(recommendUrl?.startsWith('https://') === true && { helpUrl: recommendUrl }),
  };
}

/** Of two endpoints, that of the VPC can be taken for the public one: both have a name that anybody can resolve. */
function endpointHint(endpoint: 'vpc' | 'internal'): string {
  return endpoint === 'vpc'
    ? l10n.t(
        'The VPC endpoint works only inside the VPC: elsewhere, set “edasPackages.network” to “public”.',
      )
    : l10n.t(
        'The internal endpoint works only on servers in the same region: elsewhere, set “edasPackages.network” to “public”.',
      );
}

function reference({ facts }: CodedError): string {
  const parts = [
    facts.serverCode,
    facts.ec === undefined ? undefined : `EC ${facts.ec}`,
    facts.requestId === undefined ? undefined : l10n.t('request ID {0}', facts.requestId),
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : `(${parts.join(', ')})`;
}
