/** The clock of one sandbox. Tests change it to see how a client handles a wrong clock. */
export class ServiceClock {
  /** Added to the machine's time, ms; ±20 minutes make requests too skewed. */
  offsetMs = 0;

  /** The service's time, ms since 1970. */
  now(): number {
    return Date.now() + this.offsetMs;
  }
}

/** How far requests may be from the service's time, ms: 15 minutes for both services. */
export const toleranceMs = 15 * 60_000;

/** `20240301T000000Z` or `2024-03-01T00:00:00Z` to ms since 1970; undefined for every other form. */
export function parseIsoTime(text: string): number | undefined {
  const parts =
    /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/.exec(text) ??
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number);
  const time = Date.UTC(year!, month! - 1, day, hour, minute, second);
  return new Date(time).getUTCDate() === day ? time : undefined;
}

/** Seconds precision, as the services print times: `2024-03-01T00:00:00Z`. */
export function isoSeconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
