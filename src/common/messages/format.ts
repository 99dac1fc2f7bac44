import { env, l10n } from 'vscode';

const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** `12.9 MB`. Steps of 1024, as VS Code's file hovers count. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 1023.95 would be printed as 1024.0.
  while (value >= 1023.95 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** `2.3 MB/s` */
export function formatSpeed(bytesPerSecond: number): string {
  return l10n.t('{0}/s', formatBytes(bytesPerSecond));
}

/** A duration in whole hours, minutes and seconds, rounded up to seconds, so that it is 0 only at the end. */
export function splitDuration(ms: number): { hours: number; minutes: number; seconds: number } {
  const total = Math.max(0, Math.ceil(ms / 1000));
  return {
    hours: Math.floor(total / 3600),
    minutes: Math.floor((total % 3600) / 60),
    seconds: total % 60,
  };
}

/** `42 m 10 s` */
export function formatDuration(ms: number): string {
  const { hours, minutes, seconds } = splitDuration(ms);
  if (hours > 0) {
    return l10n.t('{0} h {1} m {2} s', hours, minutes, seconds);
  }
  return minutes > 0 ? l10n.t('{0} m {1} s', minutes, seconds) : l10n.t('{0} s', seconds);
}

/** `42m`, `2h 5m`: for the status bar */
export function formatShortDuration(ms: number): string {
  const { hours, minutes } = splitDuration(ms);
  return hours > 0 ? l10n.t('{0}h {1}m', hours, minutes) : l10n.t('{0}m', minutes);
}

/** `04:59`: for the status bar shortly before the expiry */
export function formatClock(ms: number): string {
  const { hours, minutes, seconds } = splitDuration(ms);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${hours > 0 ? `${hours}:` : ''}${two(minutes)}:${two(seconds)}`;
}

/** `3 m`: elapsed time in whole minutes, hours or days, at least one minute */
export function formatElapsed(ms: number): string {
  const minutes = Math.max(1, Math.floor(ms / 60_000));
  if (minutes < 60) {
    return l10n.t('{0} m', minutes);
  }
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? l10n.t('{0} h', hours) : l10n.t('{0} d', Math.floor(hours / 24));
}

/**
 * `40 minutes`, for a screen reader: in coarse steps, so that it does not speak each second. Steps of half an hour from
 * two hours on, of five minutes above ten minutes, else of one minute.
 */
export function spokenDuration(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 1) {
    return l10n.t('less than a minute');
  }
  if (minutes < 2) {
    return l10n.t('about 1 minute');
  }
  if (minutes <= 10) {
    return l10n.t('about {0} minutes', Math.floor(minutes));
  }
  if (minutes < 120) {
    return l10n.t('about {0} minutes', Math.floor(minutes / 5) * 5);
  }
  return l10n.t('about {0} hours', Math.floor(minutes / 30) / 2);
}

/** `14:32:10 GMT+8`, with the day unless it is today */
export function formatTime(ms: number, now: number, locale = env.language): string {
  const instant = new Date(ms);
  const today = instant.toDateString() === new Date(now).toDateString();
  return timeFormat(locale, today).format(instant);
}

/** `14:32`, or the date if it is not today: for rows */
export function formatMoment(ms: number, now: number): string {
  const moment = new Date(ms);
  const isToday = moment.toDateString() === new Date(now).toDateString();
  return new Intl.DateTimeFormat(
    env.language,
    isToday
      ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
      : { day: 'numeric', month: 'short' },
  ).format(moment);
}

/** Creating a format is expensive, so rows share them. */
const timeFormats = new Map<string, Intl.DateTimeFormat>();

function timeFormat(locale: string, today: boolean): Intl.DateTimeFormat {
  const name = `${locale} ${today}`;
  const format =
    timeFormats.get(name) ??
    new Intl.DateTimeFormat(locale, {
      ...(today ? {} : { day: 'numeric', month: 'short' }),
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      // `hour12: false` would be 24:12 in English.
      hourCycle: 'h23',
      timeZoneName: 'short',
    });
  timeFormats.set(name, format);
  return format;
}
