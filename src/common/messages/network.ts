import { l10n } from 'vscode';
import { certificateAdvice, certificateWords } from './certificate';
import type { Sentences } from './errorMessage';

/** Connections, responses that are unusable, endpoints and regions. */
export const networkSentences: Sentences<'network' | 'response' | 'endpoint' | 'region'> = {
  'network.nameNotResolved': ({ host }) =>
    l10n.t(
      'The host name {0} could not be resolved. Check the network connection, VPN and DNS, and the region or endpoint.',
      host,
    ),
  'network.refused': ({ host }) =>
    l10n.t(
      'The connection was refused by {0}. Check that the endpoint is right and the service is running.',
      host,
    ),
  'network.reset': ({ host }) =>
    l10n.t(
      'The connection to {0} was lost. Try again. If this keeps happening, check your proxy and firewall.',
      host,
    ),
  'network.stalled': ({ host }) =>
    l10n.t('No response from {0} in time. Try again when your connection is more stable.', host),
  'network.unreachable': ({ host }) =>
    l10n.t('Cannot reach {0}. Check the network connection and VPN, then try again.', host),
  'network.blocked': ({ host, detail }) =>
    l10n.t(
      'Something on this computer blocks the connection to {0}, for instance a firewall or security software ({1}). Allow VS Code to connect there, then try again.',
      host,
      detail || l10n.t('unknown reason'),
    ),
  'network.noResources': ({ host, detail }) =>
    l10n.t(
      'This computer cannot open another connection to {0} ({1}). Close programs that use the network, or restart it, then try again.',
      host,
      detail || l10n.t('unknown reason'),
    ),
  'network.tls': (f) =>
    l10n.t(
      'Could not establish a secure connection to {0}: {1} ({2}). {3}',
      f.host,
      certificateWords(f),
      f.detail || l10n.t('unknown reason'),
      certificateAdvice(f),
    ),
  'network.proxyLogin': () =>
    l10n.t(
      'The proxy requires authentication. Add the user name and password to the setting “http.proxy”, or ask your administrator.',
    ),
  'network.proxyRefused': ({ host }) =>
    l10n.t(
      'The proxy blocked the request to {0}. Check the settings “http.proxy” and “http.noProxy”.',
      host,
    ),
  'response.tooLarge': ({ host }) =>
    l10n.t('The response from {0} is too large to be from EDAS or OSS. Check the endpoint.', host),
  'response.notUnderstood': ({ host }) =>
    l10n.t(
      'The response from {0} is not from EDAS or OSS. It may be the login page of a network or a proxy. Open a web page in a browser to check, and verify the endpoint.',
      host,
    ),
  'response.redirected': ({ host }) =>
    l10n.t(
      'The request was redirected by {0}, and signed requests do not follow redirects. Check the endpoint, or log in to the network in the browser.',
      host,
    ),
  'response.noLength': ({ host }) =>
    l10n.t(
      'The response from {0} does not say how long it is, so it cannot be checked for completeness. A proxy or security software changes it on the way: exclude {0} there or with the setting “http.noProxy”, then try again.',
      host,
    ),
  'endpoint.invalid': ({ subject }) =>
    l10n.t(
      'The endpoint “{0}” cannot be used. It must be a host name such as edas.example.com, without path, user name or query.',
      subject,
    ),
  'endpoint.insecure': ({ subject }) =>
    l10n.t(
      'The endpoint “{0}” is not secure: http is allowed for this computer only. Use https.',
      subject,
    ),
  'region.unknown': ({ subject }) =>
    l10n.t(
      'The region “{0}” has no known EDAS endpoint. Choose another region, or give the account your private cloud’s endpoint with “EDAS: Edit Account…”.',
      subject,
    ),
};
