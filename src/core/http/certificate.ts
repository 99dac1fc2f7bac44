/** What is wrong with a server's certificate, or with its TLS. */
export type CertificateProblem =
  | 'expired'
  | 'notYetValid'
  /** It vouches for itself. */
  | 'selfSigned'
  /** Nobody whom this computer trusts vouches for it: as with a company's own authority, or one that inspects traffic. */
  | 'unknownIssuer'
  | 'otherHost'
  | 'revoked'
  /** The other side does not speak TLS, or none that we speak. */
  | 'noTls'
  | 'invalid';

const faults: readonly (readonly [RegExp, CertificateProblem])[] = [
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
  return faults.find(([pattern]) => pattern.test(systemCode ?? ''))?.[1] ?? 'invalid';
}
