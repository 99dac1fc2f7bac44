/**
 * True for the names and addresses of this computer: the only hosts that requests may reach without TLS.
 * @param hostname as `URL.hostname` gives it: an IPv6 address in brackets.
 */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
