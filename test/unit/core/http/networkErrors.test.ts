import assert from 'node:assert/strict';
import { CodedError } from '../../../../src/core/errors/catalogue';
import { assertUsableResponse } from '../../../../src/core/http/response';
import { toNetworkError } from '../../../../src/core/http/networkErrors';
import { isLoopbackHost } from '../../../../src/core/http/loopback';

function systemError(code: string | undefined, message = 'boom'): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

describe('toNetworkError', () => {
  const cases: readonly [string | undefined, string, string][] = [
    ['ENOTFOUND', 'boom', 'network.nameNotResolved'],
    ['EAI_AGAIN', 'boom', 'network.nameNotResolved'],
    ['ECONNREFUSED', 'boom', 'network.refused'],
    ['ECONNRESET', 'socket hang up', 'network.reset'],
    ['EPIPE', 'boom', 'network.reset'],
    ['ERR_STREAM_PREMATURE_CLOSE', 'Premature close', 'network.reset'],
    ['ETIMEDOUT', 'boom', 'network.unreachable'],
    ['EHOSTUNREACH', 'boom', 'network.unreachable'],
    ['ENETUNREACH', 'boom', 'network.unreachable'],
    ...[
      ...['EHOSTDOWN', 'ENETDOWN', 'ENETRESET', 'ENONET', 'EADDRNOTAVAIL', 'EAFNOSUPPORT'],
      'ERR_SOCKET_CONNECTION_TIMEOUT',
    ].map((code): [string, string, string] => [code, 'boom', 'network.unreachable']),
    ...['EACCES', 'EPERM'].map((code): [string, string, string] => [
      code,
      'boom',
      'network.blocked',
    ]),
    ...['ENOBUFS', 'ENOMEM', 'EMFILE', 'ENFILE', 'EADDRINUSE', 'EAGAIN'].map(
      (code): [string, string, string] => [code, 'boom', 'network.noResources'],
    ),
    ...['ESHUTDOWN', 'ENOTCONN', 'ECONNABORTED', 'ECANCELED', 'ERR_STREAM_DESTROYED'].map(
      (code): [string, string, string] => [code, 'boom', 'network.reset'],
    ),
    ...['EAI_FAIL', 'EAI_MEMORY', 'EAI_SYSTEM', 'ESERVFAIL', 'EREFUSED', 'ETIMEOUT'].map(
      (code): [string, string, string] => [code, 'boom', 'network.nameNotResolved'],
    ),
    ['CERT_HAS_EXPIRED', 'boom', 'network.tls'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'boom', 'network.tls'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'boom', 'network.tls'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'boom', 'network.tls'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'boom', 'network.tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'boom', 'network.tls'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'boom', 'network.tls'],
    ['EPROTO', 'boom', 'network.tls'],
    ['HPE_INVALID_CONSTANT', 'Parse Error', 'response.notUnderstood'],
    [undefined, 'socket hang up', 'network.reset'],
    [
      undefined,
      'Failed to establish a socket connection to proxies: PROXY 10.1.1.1:3128',
      'network.proxyRefused',
    ],
  ];
  for (const [code, message, expected] of cases) {
    it(`maps ${code ?? `“${message}”`} to ${expected}`, () => {
      const cause = systemError(code, message);
      const error = toNetworkError(cause, 'h:1');
      assert.ok(error instanceof CodedError);
      assert.equal(error.code, expected);
      assert.equal(error.facts.host, 'h:1');
      assert.equal(error.facts.detail, code);
      assert.equal(error.cause, cause);
    });
  }

  for (const [syscall, expected] of [
    ['connect', 'network.unreachable'],
    ['getaddrinfo', 'network.nameNotResolved'],
    ['queryA', 'network.nameNotResolved'],
    ['read', 'network.reset'],
    ['write', 'network.reset'],
  ] as const) {
    it(`maps an unlisted code of the system call ${syscall} to ${expected}`, () => {
      const cause = Object.assign(new Error('boom'), { code: 'EREMOTEIO', syscall });
      const error = toNetworkError(cause, 'h');
      assert.ok(error instanceof CodedError);
      assert.equal(error.code, expected);
    });
  }

  it('does not convert a file error', () => {
    const cause = Object.assign(new Error('boom'), { code: 'EISDIR', syscall: 'open' });
    assert.equal(toNetworkError(cause, 'h'), cause);
  });

  it('reports the error of the IPv4 address when the computer has no IPv6', () => {
    const cause = Object.assign(
      new AggregateError([systemError('ENETUNREACH'), systemError('EACCES')]),
      { code: 'ENETUNREACH' },
    );
    const error = toNetworkError(cause, 'h');
    assert.ok(error instanceof CodedError);
    assert.deepEqual([error.code, error.facts.detail], ['network.blocked', 'EACCES']);
  });

  it('returns coded errors and programming errors unchanged', () => {
    for (const error of [new TypeError('bug'), new CodedError('source.changed'), 'text']) {
      assert.equal(toNetworkError(error, 'h'), error);
    }
  });
});

describe('assertUsableResponse', () => {
  it('rejects redirects and responses of a proxy', () => {
    const head = (status: number, headers: Record<string, string> = {}) => ({
      status,
      header: (name: string) => headers[name],
    });
    assert.throws(() => assertUsableResponse(head(407), 'h'), { code: 'network.proxyLogin' });
    assert.throws(() => assertUsableResponse(head(403), 'h', true), {
      code: 'network.proxyRefused',
    });
    assert.throws(() => assertUsableResponse(head(503, { 'x-squid-error': 'ERR' }), 'h'), {
      code: 'network.proxyRefused',
    });
    assert.throws(() => assertUsableResponse(head(304), 'h'), { code: 'response.redirected' });
    for (const status of [200, 204, 403, 409, 503]) {
      assertUsableResponse(head(status), 'h');
    }
  });
});

describe('isLoopbackHost', () => {
  it('accepts only names and addresses of this computer', () => {
    for (const name of ['localhost', '127.0.0.1', '127.0.0.2', '[::1]']) {
      assert.ok(isLoopbackHost(name), name);
    }
    for (const name of ['127.0.0.1.example.com', '10.0.0.1', 'localhost.example.com', '[::2]']) {
      assert.ok(!isLoopbackHost(name), name);
    }
  });
});
