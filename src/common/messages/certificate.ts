import { l10n } from 'vscode';
import type { ErrorFacts } from '../../core/errors/catalogue';
import { certificateProblem } from '../../core/http/certificate';

/** What is wrong with a certificate, as part of a sentence. */
export function certificateWords({ detail }: ErrorFacts): string {
  switch (certificateProblem(detail)) {
    case 'expired':
      return l10n.t('its certificate has expired');
    case 'notYetValid':
      return l10n.t('its certificate is not valid yet');
    case 'selfSigned':
      return l10n.t('its certificate is self-signed');
    case 'unknownIssuer':
      return l10n.t('its certificate was not issued by a trusted authority');
    case 'otherHost':
      return l10n.t('its certificate is for another host');
    case 'revoked':
      return l10n.t('its certificate was revoked');
    case 'noTls':
      return l10n.t('it does not use TLS on this port');
    case 'invalid':
      return l10n.t('its certificate was not accepted');
  }
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
