import { CodedError, hasCode, type ErrorCode } from '../errors/catalogue';

/** What the system calls a fault on the way, and what we call it. */
const codes: Readonly<Record<string, ErrorCode>> = {
  ENOTFOUND: 'network.nameNotResolved',
  EAI_AGAIN: 'network.nameNotResolved',
  EAI_FAIL: 'network.nameNotResolved',
  ENODATA: 'network.nameNotResolved',
  ECONNREFUSED: 'network.refused',
  ECONNRESET: 'network.reset',
  ECONNABORTED: 'network.reset',
  EPIPE: 'network.reset',
  ERR_STREAM_PREMATURE_CLOSE: 'network.reset',
  HPE_INVALID_EOF_STATE: 'network.reset',
  ETIMEDOUT: 'network.unreachable',
  EHOSTUNREACH: 'network.unreachable',
  EHOSTDOWN: 'network.unreachable',
  ENETUNREACH: 'network.unreachable',
  ENETDOWN: 'network.unreachable',
  ENETRESET: 'network.unreachable',
  EADDRNOTAVAIL: 'network.unreachable',
  EPROTO: 'network.tls',
};

/** OpenSSL's verdicts on a certificate (`X509_V_ERR_*` as Node names them) and Node's own on TLS. */
const tlsCode =
  /^(?:ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA$|INVALID_PURPOSE$|HOSTNAME_MISMATCH$|PATH_LENGTH_EXCEEDED$)/;

/**
 * What VS Code's proxy agent throws when the proxy itself cannot be reached; it has no code.
 * microsoft/vscode-proxy-agent `src/agent.ts`.
 */
const noProxy = 'socket connection to proxies';

/** Turns whatever Node, node-fetch or VS Code's proxy agent reported into a `network.*` or `answer.*` error. */
export function toNetworkError(cause: unknown, host: string): unknown {
  if (hasCode(cause) || !(cause instanceof Error)) {
    return cause;
  }
  const systemCode = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  if (tlsCode.test(systemCode)) {
    return new CodedError('network.tls', { host, detail: systemCode }, { cause });
  }
  const known = codes[systemCode];
  if (known !== undefined) {
    return new CodedError(known, { host, detail: systemCode }, { cause });
  }
  if (cause.message.includes(noProxy)) {
    return new CodedError('network.proxyRefused', { host }, { cause });
  }
  if (systemCode.startsWith('HPE_')) {
    return new CodedError('answer.notUnderstood', { host, detail: systemCode }, { cause });
  }
  if (/socket hang up|premature close|aborted/i.test(cause.message)) {
    return new CodedError('network.reset', { host }, { cause });
  }
  return cause;
}
