import { l10n } from 'vscode';
import type { ErrorFacts } from '../../core/errors/catalogue';
import { certificateProblem } from '../../core/http/certificate';

/** What is wrong with a certificate, within a sentence. */
export function certificateWords({ detail }: ErrorFacts): string {
  switch (certificateProblem(detail)) {
    case 'expired':
      return l10n.t('its certificate has expired');
    case 'notYetValid':
      return l10n.t('its certificate is not valid yet');
    case 'selfSigned':
      return l10n.t('its certificate is self-signed');
    case 'unknownIssuer':
      return l10n.t('its certificate was not issued by anyone this computer trusts');
    case 'otherHost':
      return l10n.t('its certificate belongs to another host');
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
      return l10n.t('Check the date of this computer. If it is right, tell the administrator.');
    case 'otherHost':
    case 'noTls':
      return l10n.t('Check the endpoint, and the setting “http.proxy”.');
    case 'selfSigned':
    case 'unknownIssuer':
    case 'revoked':
    case 'invalid':
      return l10n.t(
        'Behind a company proxy, let the administrator add its certificate authority to this computer, and see the setting “http.systemCertificates”.',
      );
  }
}
