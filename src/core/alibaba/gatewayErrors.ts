import type { ServerClock } from '../util/clock';
import { CodedError, type ErrorCode } from '../errors/catalogue';
import type { HttpResponse } from '../http/types';
import { parseJson } from '../util/jsonFields';
import { redact } from '../util/redact';
import { isRecord } from '../util/shape';
import { childText, parseXml } from '../util/xml';
import type { AccessKeys } from './edas/credential';
import { trustedHelpUrl, safeServerToken } from '../util/serverText';

/** The fields of an error response that are read. EDAS and its gateway spell them in upper or lower camel case. */
type Field = 'code' | 'message' | 'requestId' | 'recommend' | 'ramAction';

interface GatewayErrorContext {
  readonly host: string;
  readonly keys: AccessKeys;
  readonly clock: ServerClock;
}

/** Codes of the gateway, by prefix; the first that matches counts. Source: "Common client errors" of the API gateway. */
const byCode: readonly (readonly [RegExp, ErrorCode])[] = [
  [/Throttling/i, 'edas.throttled'],
  [/^InvalidAccessKeyId\.Inactive|^InvalidAccessKey(?:Id)?\.Disabled/i, 'edas.accessKeyDisabled'],
  [/^InvalidAccessKeyId/i, 'edas.unknownAccessKey'],
  [/^(?:SignatureDoesNotMatch|IncompleteSignature)/i, 'edas.wrongSecret'],
  [/^InvalidSecurityToken\.Expired/i, 'edas.tokenExpired'],
  [/^(?:InvalidSecurityToken|MissingSecurityToken)/i, 'edas.tokenInvalid'],
  [/^InvalidTimeStamp\.Expired/i, 'edas.clockSkewed'],
  [/^(?:Forbidden|NoPermission|AUTH_ERROR|401$|403$)/i, 'edas.noPermission'],
  [/^(?:Invalid(?:Api|Product|Action|Version)|404$)/i, 'edas.notOffered'],
  [/^(?:INTERNAL_ERROR|InternalError|ServiceUnavailable|5\d\d$)/i, 'edas.serverFault'],
];

/**
 * Reads an error response: the gateway's HTTP 4xx/5xx with JSON or XML, or EDAS's own code in the body of a 200
 * (601 business failure, 401 no permission, 403 refused, 404 no such path).
 * Source: "Error codes" of EDAS; "Common client errors" of the API gateway.
 */
export async function gatewayError(
  response: HttpResponse,
  { host, keys, clock }: GatewayErrorContext,
): Promise<CodedError> {
  const { status } = response;
  const fields = await readFields(response.body);
  if (fields.code === undefined) {
    const code = status >= 500 ? 'edas.serverFault' : 'response.notUnderstood';
    return new CodedError(code, { host, httpStatus: status });
  }
  const token = (text: string | undefined): string | undefined => safeServerToken(text, keys);
  const code = byCode.find(([begin]) => begin.test(fields.code ?? ''))?.[1] ?? codeOfStatus(status);
  return new CodedError(code, {
    host,
    httpStatus: status,
    serverCode: token(fields.code),
    serverMessage: redact(fields.message ?? '', keys) || undefined,
    requestId: token(fields.requestId ?? response.header('x-acs-request-id')),
    recommendUrl: trustedHelpUrl(fields.recommend, keys),
    ramAction: code === 'edas.noPermission' ? ramAction(token(fields.ramAction)) : undefined,
    retryAfterMs: code === 'edas.throttled' ? retryAfterMs(response) : undefined,
    clockOffsetMs: code === 'edas.clockSkewed' ? clock.offsetMs : undefined,
  });
}

/** `product:Action`, as policies name it. */
function ramAction(text: string | undefined): string | undefined {
  return text !== undefined && /^[a-z0-9-]{1,30}:[A-Za-z0-9]{1,64}$/.test(text) ? text : undefined;
}

function codeOfStatus(status: number): ErrorCode {
  if (status === 429) {
    return 'edas.throttled';
  }
  return status >= 500 ? 'edas.serverFault' : 'edas.rejected';
}

/** The header counts milliseconds. Source: @darabonba/typescript, retry.ts. */
function retryAfterMs(response: HttpResponse): number | undefined {
  const text = response.header('x-acs-retry-after')?.trim() ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

async function readFields(body: Buffer): Promise<Partial<Record<Field, string>>> {
  const text = body.toString('utf8').trimStart();
  if (text.startsWith('{')) {
    const object = parseJson(text);
    const detail = isRecord(object) ? object.AccessDeniedDetail : undefined;
    const fields = fieldsOf((name) => jsonField(object, name));
    return { ...fields, ramAction: jsonField(detail, 'AuthAction') };
  }
  try {
    const root = await parseXml(body);
    return root.name === 'Error' ? fieldsOf((name) => childText(root, name)) : {};
  } catch {
    // An HTML page, or nothing at all: only its status counts.
    return {};
  }
}

function fieldsOf(read: (name: string) => string | undefined): Partial<Record<Field, string>> {
  const fields: Partial<Record<Field, string>> = {};
  for (const name of ['code', 'message', 'requestId', 'recommend'] as const) {
    const value = read(name.charAt(0).toUpperCase() + name.slice(1)) ?? read(name);
    if (value !== undefined && value !== '') {
      fields[name] = value;
    }
  }
  return fields;
}

function jsonField(object: unknown, name: string): string | undefined {
  const value = isRecord(object) && Object.hasOwn(object, name) ? object[name] : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
