import type { AccessKeys } from '../../src/core/alibaba/edas/credential';
import { Secret } from '../../src/core/util/secret';

/** Realistic secrets of an account and of the credentials in responses. The seeds contain the same texts. */
export const marked = {
  callerId: 'LTAI5tFuzzCallerKey00001',
  callerSecret: 'Fz0CallerSecretKq7Wm2Xv9Tb4Lp1',
  callerToken: 'CAISFz0CallerTokenKq7Wm2Xv9Tb4Lp1+/Rd8Yh3Ns6==',
  issuedSecret: 'Fz1LentSecretHj5Qd8Zr3Vc6Nf0Gs2Mw9Bx4Kt7Pl',
  issuedToken: 'CAISFz1LentTokenHj5Qd8Zr3Vc6Nf0Gs2+/Mw9Bx4Kt7Pl==',
} as const;

export const callerKeys: AccessKeys = {
  accessKeyId: marked.callerId,
  accessKeySecret: new Secret(marked.callerSecret),
  securityToken: new Secret(marked.callerToken),
};

const forms: readonly string[] = [
  marked.callerSecret,
  marked.callerToken,
  marked.issuedSecret,
  marked.issuedToken,
].flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64'),
  Buffer.from(secret).toString('hex'),
]);

/** The first marked secret in a text: plain, URL-encoded, in Base64 or in hex; undefined if there is none. */
export function secretIn(text: string): string | undefined {
  return forms.find((form) => text.includes(form));
}
