/** What is wrong with a server's certificate, or with its TLS. */
export type CertificateProblem =
  | 'expired'
  | 'notYetValid'
  /** It is signed by itself. */
  | 'selfSigned'
  /** Its issuer is not trusted on this computer: for instance a company's own authority, or a proxy that inspects TLS. */
  | 'unknownIssuer'
  | 'otherHost'
  | 'revoked'
  /** The server does not support TLS, or no version that we support. */
  | 'noTls'
  | 'invalid';

const problems: readonly (readonly [RegExp, CertificateProblem])[] = [
  [/^CERT_HAS_EXPIRED$/, 'expired'],
  [/^CERT_NOT_YET_VALID$/, 'notYetValid'],
  [/^DEPTH_ZERO_SELF_SIGNED_CERT$/, 'selfSigned'],
  [/^(?:SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_UNTRUSTED|INVALID_CA)/, 'unknownIssuer'],
  [/^(?:ERR_TLS_CERT_ALTNAME|HOSTNAME_MISMATCH)/, 'otherHost'],
  [/^CERT_REVOKED$/, 'revoked'],
  [/^(?:EPROTO|ERR_SSL_|ERR_TLS_HANDSHAKE|ERR_TLS_PROTOCOL)/, 'noTls'],
];

/**
 * Sorts OpenSSL's and Node's codes, which are the `detail` of a `network.tls` error.
 * Source: Node.js, tls "X509 certificate error codes".
 */
export function certificateProblem(systemCode: string | undefined): CertificateProblem {
  return problems.find(([pattern]) => pattern.test(systemCode ?? ''))?.[1] ?? 'invalid';
}
