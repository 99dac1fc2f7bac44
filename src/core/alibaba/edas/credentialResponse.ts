import { CodedError, hasCode, type ErrorFacts } from '../../errors/catalogue';
import { isLoopbackHost } from '../../http/loopback';
import { JsonFields, matching } from '../../util/jsonFields';
import { Secret } from '../../util/secret';
import { isPrintable } from '../../util/displayText';
import { safeServerToken } from '../../util/serverText';
import type { Credential } from './credential';
import { parseEndpoint } from '../endpoint';

const bucketName = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;
const regionName = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const uuid = /^[\dA-F]{8}(?:-[\dA-F]{4}){3}-[\dA-F]{12}$/i;
/** What AccessKeys and STS tokens consist of: nothing that has a meaning in a shell or a header. */
const keyText = /^[A-Za-z0-9+/=._-]+$/;
const providerDomain = '.aliyuncs.com';
/** Segments between single slashes. */
const prefixPath = /^[^/\\]+(?:\/[^/\\]+)*$/u;
/** Quotes, also typographic ones as PowerShell accepts them, and what shells expand: the prefix becomes part of scripts. */
const shellSyntax = /["'`$%;|&<>\u2018-\u201f]/u;

/**
 * Reads EDAS's successful response. Each of its fields must exist and be well formed: `Code` 200, `Message`,
 * `RequestId`, and the ten of `Credential`.
 * Source: EDAS 2017-08-01, "GetPackageStorageCredential".
 *
 * A slash at the end of KeyPrefix is dropped, because the prefix means the same with it. Any other oddity
 * (empty, a slash at the start, empty segments, `..`) is an error, because it is unclear where such a prefix points.
 *
 * @param body the parsed JSON
 * @param fetchedAt server's time, ms since 1970
 * @throws CodedError `edas.credentialMalformed`, `subject` being the field and `detail` 'missing', 'empty' or
 *   'malformed'; `edas.credentialExpired` when it has expired at `fetchedAt`
 */
export function parseCredentialResponse(
  body: unknown,
  fetchedAt: number,
  facts: ErrorFacts,
): Credential {
  const response = new JsonFields(body, 'edas.credentialMalformed', {
    ...facts,
    ...plainRequestId(body),
  });
  const fields = response.inner('Credential');
  const keys = {
    accessKeyId: fields.text('AccessKeyId', matching(keyText)),
    accessKeySecret: new Secret(fields.text('AccessKeySecret', matching(keyText))),
    securityToken: new Secret(fields.text('SecurityToken', matching(keyText))),
  };
  response.text('Message');
  // It is shown and logged, so it must not be a secret that was sent in its place.
  const requestId = response.text('RequestId', (text) => safeServerToken(text, keys));

  const readEndpoint = (text: string) => readOssEndpoint(text, facts.host ?? '');
  const credential: Credential = {
    ...keys,
    expiresAt: fields.instant('Expiration'),
    fetchedAt,
    bucket: fields.text('Bucket', matching(bucketName)),
    keyPrefix: fields.text('KeyPrefix', readPrefix),
    regionId: fields.text('RegionId', matching(regionName)),
    endpoints: {
      public: fields.text('OssPublicEndpoint', readEndpoint),
      internal: fields.text('OssInternalEndpoint', readEndpoint),
      vpc: fields.text('OssVpcEndpoint', readEndpoint),
    },
    requestId,
  };
  if (credential.expiresAt <= fetchedAt) {
    throw new CodedError('edas.credentialExpired', {
      ...facts,
      requestId,
      subject: 'Expiration',
      detail: new Date(credential.expiresAt).toISOString(),
    });
  }
  return credential;
}

/** For errors that occur before the secrets are known: a UUID cannot be one of them. */
function plainRequestId(body: unknown): Pick<ErrorFacts, 'requestId'> {
  const id = typeof body === 'object' && body !== null && 'RequestId' in body && body.RequestId;
  return typeof id === 'string' && uuid.test(id) ? { requestId: id } : {};
}

function readPrefix(text: string): string | undefined {
  const prefix = text.replace(/\/$/, '');
  const leadsElsewhere = prefix.split('/').some((segment) => segment === '.' || segment === '..');
  const isSafe = isPrintable(prefix) && !shellSyntax.test(prefix);
  return prefixPath.test(prefix) && !leadsElsewhere && isSafe ? prefix : undefined;
}

/**
 * As `parseEndpoint`, but an endpoint may only lead where the EDAS that names it is: EDAS of this computer to this
 * computer, at any port; EDAS of Alibaba Cloud to hosts of Alibaba Cloud; that of a private cloud to any other host.
 * @param edasHost with its port, if it has one
 */
function readOssEndpoint(text: string, edasHost: string): string | undefined {
  try {
    const origin = parseEndpoint(text);
    const { hostname, port } = new URL(origin);
    const edas = new URL(`https://${edasHost}`).hostname;
    if (isLoopbackHost(hostname)) {
      return isLoopbackHost(edas) ? origin : undefined;
    }
    const isOfProvider = hostname.endsWith(providerDomain);
    return port === '' && (isOfProvider || !edas.endsWith(providerDomain)) ? origin : undefined;
  } catch (error) {
    if (hasCode(error, 'endpoint.invalid', 'endpoint.insecure')) {
      return undefined;
    }
    throw error;
  }
}
