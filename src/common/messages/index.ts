import { l10n } from 'vscode';
import type { CodedError, ErrorCode } from '../../core/errors/catalogue';
import { consentSentences } from './consent';
import { deploySentences } from './deploy';
import { edasSentences } from './edas';
import { fileSentences } from './files';
import { keySentences } from './keys';
import { networkSentences } from './network';
import { ossSentences } from './oss';
import { messageFacts, type MessageFacts } from './errorMessage';
import { recoveryFor, type RecoveryAction } from './recovery';

export type { RecoveryAction } from './recovery';

/** The whole catalogue. A code without a sentence does not compile. */
export const sentences: Readonly<Record<ErrorCode, (facts: MessageFacts) => string>> = {
  ...networkSentences,
  ...edasSentences,
  ...ossSentences,
  ...fileSentences,
  ...keySentences,
  ...consentSentences,
  ...deploySentences,
};

/** A failure as a person reads it. */
export interface ErrorDescription {
  /** What happened and what to do next. */
  readonly sentence: string;
  /** The server's code and the request ID, in brackets; empty when there was no response. */
  readonly reference: string;
  readonly next?: RecoveryAction;
  /** The provider's https page about this failure. */
  readonly helpUrl?: string;
}

export function describeError(error: CodedError): ErrorDescription {
  const { code, facts } = error;
  const { recommendUrl, privateEndpoint } = facts;
  // Another version of the extension may have saved a code that this one does not know.
  const sentence = Object.hasOwn(sentences, code)
    ? sentences[code](messageFacts(facts))
    : l10n.t('Something unexpected happened. Check the log.');
  return {
    sentence:
      privateEndpoint === undefined ? sentence : `${sentence} ${endpointHint(privateEndpoint)}`,
    reference: reference(error),
    next: privateEndpoint === undefined ? recoveryFor(code) : 'setting:edasPackages.network',
    helpUrl: recommendUrl?.startsWith('https://') === true ? recommendUrl : undefined,
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
