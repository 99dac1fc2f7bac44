export const defaultSessionName = 'edas-package-storage';

/** Which role to assume, and how. Holds no secret. */
export interface RoleRequest {
  /** `acs:ram::<account>:role/<name>` */
  readonly roleArn: string;
  /** How ActionTrail names the session: 2 to 64 of letters, digits and `. @ - _`. */
  readonly sessionName: string;
  /** External ID, agreed between the role's owner and the caller. */
  readonly externalId?: string;
  /** RAM policy, JSON, that restricts what the role's keys may do. */
  readonly policy?: string;
  /** Duration of the role's keys, seconds; at least 900. STS's default is 3600. */
  readonly durationSeconds?: number;
  /** Origin of STS: `https://host`, or `http://host:port` for loopback. */
  readonly endpoint: string;
}

/** Whether a text can be a role's ARN. */
export function isRoleArn(text: string): boolean {
  return /^acs:ram:[\w-]*:\d+:role\/[\w.@/-]+$/.test(text);
}
