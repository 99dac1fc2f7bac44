/** An AccessKey ID as our texts show it: its last four characters. A server's messages are masked by `redact`. */
export function masked(accessKeyId: string): string {
  return `••••${lastFour(accessKeyId)}`;
}

export function lastFour(accessKeyId: string): string {
  return accessKeyId.slice(-4);
}
