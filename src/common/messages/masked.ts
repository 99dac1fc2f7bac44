/** An AccessKey ID as it may be shown: its last four characters. */
export function masked(accessKeyId: string): string {
  return `••••${lastFour(accessKeyId)}`;
}

export function lastFour(accessKeyId: string): string {
  return accessKeyId.slice(-4);
}
