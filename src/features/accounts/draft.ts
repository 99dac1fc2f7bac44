import type { AccessKeys } from '../../core/edas/credential';
import { isCoded } from '../../core/errors';
import { Secret } from '../../core/secret';
import { isTemporary } from './checks';

/** What a person has entered so far. Lives as long as the boxes do. */
export interface Draft {
  readonly accessKeyId: string;
  readonly secret: Secret;
  readonly token: Secret;
  readonly regionId: string;
}

export type Step = 'accessKeyId' | 'secret' | 'token' | 'region';

export const emptyDraft: Draft = {
  accessKeyId: '',
  secret: new Secret(''),
  token: new Secret(''),
  regionId: '',
};

/** The boxes in their order; only a temporary key is asked for its token. */
export function stepsOf(draft: Draft): readonly Step[] {
  return isTemporary(draft.accessKeyId)
    ? ['accessKeyId', 'secret', 'token', 'region']
    : ['accessKeyId', 'secret', 'region'];
}

/** The box to open again after EDAS has refused: the one whose value is wrong, else the last. */
export function stepToMend(error: unknown, draft: Draft): Step {
  if (isCoded(error, 'edas.unknownAccessKey', 'edas.accessKeyDisabled')) {
    return 'accessKeyId';
  }
  if (isCoded(error, 'edas.wrongSecret')) {
    return 'secret';
  }
  return isCoded(error, 'edas.tokenExpired') && isTemporary(draft.accessKeyId) ? 'token' : 'region';
}

export function keysIn(draft: Draft): AccessKeys {
  return {
    accessKeyId: draft.accessKeyId,
    accessKeySecret: draft.secret,
    ...(isTemporary(draft.accessKeyId) && { securityToken: draft.token }),
  };
}
