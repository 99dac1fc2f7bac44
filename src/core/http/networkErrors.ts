import { CodedError, hasCode, type ErrorCode } from '../errors/catalogue';

/** What the system, its name service or Node calls a fault, by what a person can do about it. */
const systemCodes: Readonly<Partial<Record<ErrorCode, readonly string[]>>> = {
  'network.nameNotResolved': [
    ...['ENOTFOUND', 'ENODATA', 'ESERVFAIL', 'EREFUSED', 'EFORMERR', 'ENOTIMP'],
    ...['EBADNAME', 'EBADQUERY', 'EBADRESP', 'ENONAME', 'EBADFAMILY', 'ETIMEOUT'],
  ],
  'network.refused': ['ECONNREFUSED'],
  'network.reset': [
    ...['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ESHUTDOWN', 'ENOTCONN', 'ECANCELED', 'EIO'],
    ...['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'ERR_SOCKET_CLOSED'],
    ...['ERR_SOCKET_CLOSED_BEFORE_CONNECTION', 'HPE_INVALID_EOF_STATE'],
  ],
  'network.unreachable': [
    ...['ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'ENETRESET'],
    ...['ENONET', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EPROTONOSUPPORT', 'ENODEV', 'ENXIO'],
    'ERR_SOCKET_CONNECTION_TIMEOUT',
  ],
  'network.blocked': ['EACCES', 'EPERM'],
  'network.noResources': ['ENOBUFS', 'ENOMEM', 'EMFILE', 'ENFILE', 'EADDRINUSE', 'EAGAIN', 'ENOSR'],
  'network.tls': ['EPROTO'],
};

const codeOf: ReadonlyMap<string, ErrorCode> = new Map(
  Object.entries(systemCodes).flatMap(([code, names]) =>
    names.map((name) => [name, code as ErrorCode] as const),
  ),
);

/** OpenSSL's verdicts on a certificate (`X509_V_ERR_*` as Node names them) and Node's own on TLS. */
const tlsCode =
  /^(?:ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA$|INVALID_PURPOSE$|HOSTNAME_MISMATCH$|PATH_LENGTH_EXCEEDED$)/;

/**
 * What VS Code's proxy agent throws when the proxy itself cannot be reached; it has no code.
 * microsoft/vscode-proxy-agent `src/agent.ts`.
 */
const noProxy = 'socket connection to proxies';

/** Turns what Node, node-fetch or VS Code's proxy agent reported into a `network.*` or `response.*` error. */
export function toNetworkError(cause: unknown, host: string): unknown {
  if (hasCode(cause) || !(cause instanceof Error)) {
    return cause;
  }
  const { systemCode, syscall } = systemFault(cause);
  if (tlsCode.test(systemCode)) {
    return new CodedError('network.tls', { host, detail: systemCode }, { cause });
  }
  const known = codeOf.get(systemCode) ?? codeOfSyscall(systemCode, syscall);
  if (known !== undefined) {
    return new CodedError(known, { host, detail: systemCode }, { cause });
  }
  if (cause.message.includes(noProxy)) {
    return new CodedError('network.proxyRefused', { host }, { cause });
  }
  if (systemCode.startsWith('HPE_')) {
    return new CodedError('response.notUnderstood', { host, detail: systemCode }, { cause });
  }
  if (/socket hang up|premature close|aborted/i.test(cause.message)) {
    return new CodedError('network.reset', { host }, { cause });
  }
  return cause;
}

/** What says nothing of IPv4 where a computer has no IPv6. */
const noSuchFamily = ['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT'];

/** Where several addresses were tried, the fault that tells most. */
function systemFault(cause: Error): { systemCode: string; syscall: string } {
  const faults = [cause, ...(cause instanceof AggregateError ? (cause.errors as unknown[]) : [])]
    .map((error) => ({ systemCode: textOf(error, 'code'), syscall: textOf(error, 'syscall') }))
    .filter(({ systemCode }) => systemCode !== '');
  return (
    faults.find(({ systemCode }) => !noSuchFamily.includes(systemCode)) ??
    faults[0] ?? { systemCode: '', syscall: '' }
  );
}

/** Systems have more codes than anyone lists; which call failed says enough. */
function codeOfSyscall(systemCode: string, syscall: string): ErrorCode | undefined {
  if (systemCode.startsWith('EAI_') || /^(?:getaddrinfo|query)/.test(syscall)) {
    return 'network.nameNotResolved';
  }
  if (!/^E[A-Z0-9]+$/.test(systemCode)) {
    return undefined;
  }
  if (/^(?:connect|bind|socket|setsockopt)$/.test(syscall)) {
    return 'network.unreachable';
  }
  return /^(?:read|write|writev|shutdown|send|recv)$/.test(syscall) ? 'network.reset' : undefined;
}

function textOf(error: unknown, name: 'code' | 'syscall'): string {
  const value: unknown = error instanceof Error ? Reflect.get(error, name) : undefined;
  return typeof value === 'string' ? value : '';
}
