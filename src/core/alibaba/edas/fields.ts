import { matching, type JsonFields } from '../../util/jsonFields';
import { redact } from '../../util/redact';

const idText = matching(/^[\w.:-]{1,128}$/);
const maxNameLength = 200;

/** An id that is sent back to the server: plain characters only. */
export function serverId(fields: JsonFields, name: string): string {
  return fields.text(name, idText);
}

/** The same when the server may leave it out; undefined also when it cannot be sent back. */
export function optionalServerId(fields: JsonFields, name: string): string | undefined {
  const text = fields.optionalText(name);
  return text === undefined ? undefined : idText(text);
}

/** A name for display: one line, without what looks like a secret. */
export function serverName(fields: JsonFields, name: string): string | undefined {
  return serverMessage(fields, name)?.slice(0, maxNameLength);
}

/** A message for display: one line of at most 600 characters, without what looks like a secret. */
export function serverMessage(fields: JsonFields, name: string): string | undefined {
  const text = fields.optionalText(name);
  const shown = text === undefined ? '' : redact(text);
  return shown === '' ? undefined : shown;
}

/** EDAS writes times of day of China, which has one time zone and no summer time. */
const chinaTime = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/;

/**
 * A time as EDAS writes it: ms since 1970, also as text, or `2019-11-13 14:23:46`. That the latter is China's time is
 * inferred, so it is only good for an order and for display.
 */
export function serverTime(fields: JsonFields, name: string): number | undefined {
  const text = fields.optionalText(name)?.trim() ?? '';
  if (/^\d{12,14}$/.test(text)) {
    return Number(text);
  }
  const [, date, time] = chinaTime.exec(text) ?? [];
  const ms = date === undefined ? Number.NaN : Date.parse(`${date}T${time}+08:00`);
  return Number.isNaN(ms) ? undefined : ms;
}
