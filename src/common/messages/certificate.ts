import { l10n } from 'vscode';
import type { ErrorFacts } from '../../core/errors/catalogue';
import { certificateProblem } from '../../core/http/certificate';

/** What is wrong with a certificate, as part of a sentence. */
export function certificateWords({ detail }: ErrorFacts): string {
  const words: Readonly<Record<ReturnType<typeof certificateProblem>, string>> = {
    expired: l10n.t('its certificate has expired'),
    notYetValid: l10n.t('its certificate is not valid yet'),
    selfSigned: l10n.t('its certificate is self-signed'),
    unknownIssuer: l10n.t('its certificate was not issued by a trusted authority'),
    otherHost: l10n.t('its certificate is for another host'),
    revoked: l10n.t('its certificate was revoked'),
    noTls: l10n.t('it does not use TLS on this port'),
    invalid: l10n.t('its certificate was not accepted'),
  };
  return words[certificateProblem(detail)];
}

/** What to do about it. */
export function certificateAdvice({ detail }: ErrorFacts): string {
  switch (certificateProblem(detail)) {
    case 'expired':
    case 'notYetValid':
      return l10n.t(
        'Check the date and time of this computer. If they are correct, contact your administrator.',
      );
    case 'otherHost':
    case 'noTls':
      return l10n.t('Check the endpoint, and the setting “http.proxy”.');
    case 'selfSigned':
    case 'unknownIssuer':
    case 'revoked':
    case 'invalid':
      return l10n.t(
        'If you are behind a company proxy, ask your administrator to install its root certificate on this computer, and check the setting “http.systemCertificates”.',
      );
  }
}
