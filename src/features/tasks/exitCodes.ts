/** `notFollowed`: the deployment goes on at EDAS, but how it ends is not known here. */
export const exitCodes = { done: 0, failed: 1, notFollowed: 124, cancelled: 130 } as const;
