import { l10n } from 'vscode';
import { certificateAdvice, certificateWords } from './certificate';
import { hostOf, type Sentences } from './errorMessage';

/** On the way to a server, answers that no client could use, and where a request may go. */
export const networkSentences: Sentences<'network' | 'answer' | 'endpoint' | 'region'> = {
  'network.nameNotResolved': {
    text: (f) =>
      l10n.t(
        'The name {0} was not found. Check the network connection, VPN and DNS, and the region or endpoint.',
        hostOf(f),
      ),
    next: 'fetchAgain',
  },
  'network.refused': {
    text: (f) =>
      l10n.t(
        'The connection was refused by {0}. Check that the endpoint is right and the service is running.',
        hostOf(f),
      ),
    next: 'fetchAgain',
  },
  'network.reset': {
    text: (f) =>
      l10n.t(
        'The connection to {0} was lost. Try again. If it is lost again, check proxy and firewall.',
        hostOf(f),
      ),
    next: 'fetchAgain',
  },
  'network.stalled': {
    text: (f) =>
      l10n.t('No answer from {0} in time. Try again when the connection is better.', hostOf(f)),
    next: 'fetchAgain',
  },
  'network.unreachable': {
    text: (f) =>
      l10n.t('Cannot reach {0}. Check the network connection and VPN, then try again.', hostOf(f)),
    next: 'fetchAgain',
  },
  'network.blocked': {
    text: (f) =>
      l10n.t(
        'Something on this computer blocks the connection to {0}, for instance a firewall or security software ({1}). Allow VS Code to connect there, then try again.',
        hostOf(f),
        f.detail ?? l10n.t('unknown reason'),
      ),
    next: 'fetchAgain',
  },
  'network.noResources': {
    text: (f) =>
      l10n.t(
        'This computer cannot open another connection to {0} ({1}). Close programs that use the network, or restart it, then try again.',
        hostOf(f),
        f.detail ?? l10n.t('unknown reason'),
      ),
    next: 'fetchAgain',
  },
  'network.tls': {
    text: (f) =>
      l10n.t(
        'No secure connection to {0}: {1} ({2}). {3}',
        hostOf(f),
        certificateWords(f),
        f.detail ?? l10n.t('unknown reason'),
        certificateAdvice(f),
      ),
    next: 'fetchAgain',
  },
  'network.proxyLogin': {
    text: () =>
      l10n.t(
        'The proxy requires a login. Add it to the setting “http.proxy”, or ask the administrator.',
      ),
    next: 'setting:http.proxy',
  },
  'network.proxyRefused': {
    text: (f) =>
      l10n.t(
        'The proxy blocked the request to {0}. Check the settings “http.proxy” and “http.noProxy”.',
        hostOf(f),
      ),
    next: 'setting:http.proxy',
  },
  'answer.tooLarge': {
    text: (f) =>
      l10n.t(
        'The answer from {0} is too long to come from EDAS or OSS. Check the endpoint.',
        hostOf(f),
      ),
    next: 'fetchAgain',
  },
  'answer.notUnderstood': {
    text: (f) =>
      l10n.t(
        'The answer from {0} does not come from EDAS or OSS. It may be the login page of a network or a proxy: open a page in the browser to see, and check the endpoint.',
        hostOf(f),
      ),
    next: 'fetchAgain',
  },
  'answer.redirected': {
    text: (f) =>
      l10n.t(
        'The request was redirected by {0}, and signed requests do not follow redirects. Check the endpoint, or log in to the network in the browser.',
        hostOf(f),
      ),
    next: 'fetchAgain',
  },
  'answer.noLength': {
    text: (f) =>
      l10n.t(
        'The response from {0} does not say how long it is, so it cannot be checked for completeness. A proxy or security software changes it on the way: exclude {0} there or with the setting “http.noProxy”, then try again.',
        hostOf(f),
      ),
    next: 'setting:http.noProxy',
  },
  'endpoint.invalid': {
    text: (f) =>
      l10n.t(
        'The endpoint “{0}” cannot be used. It must be a host name such as edas.example.com, without path, user name or query.',
        f.subject ?? '',
      ),
    next: 'setting:edasPackages.endpoint',
  },
  'endpoint.insecure': {
    text: (f) =>
      l10n.t(
        'The endpoint “{0}” is not secure: http is allowed for this computer only. Use https.',
        f.subject ?? '',
      ),
    next: 'setting:edasPackages.endpoint',
  },
  'region.unknown': {
    text: (f) =>
      l10n.t(
        'The region “{0}” has no known EDAS endpoint. Choose another region, or give the account your private cloud’s endpoint with “EDAS: Edit Account…”.',
        f.subject ?? '',
      ),
    next: 'setting:edasPackages.endpoint',
  },
};
