/** The one form of a `Date` header that servers may send (RFC 9110, IMF-fixdate). `Date.parse` takes many more. */
const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** The time in a `Date`, `Last-Modified` or `Retry-After` header, ms since 1970; NaN when there is none. */
export function parseHttpDate(header: string | undefined): number {
  return header !== undefined && httpDate.test(header) ? Date.parse(header) : Number.NaN;
}

/** ISO 8601 in UTC, with seconds, as Alibaba Cloud writes instants. */
const isoInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;

/** ms since 1970; NaN for anything else, 31 February included. */
export function parseInstant(text: string | undefined): number {
  const ms = text !== undefined && isoInstant.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isFinite(ms) && new Date(ms).toISOString().slice(0, 19) === text?.slice(0, 19)
    ? ms
    : Number.NaN;
}
