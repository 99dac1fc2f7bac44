import { safeFileName } from '../../core/transfer/download/safeFileName';

/**
 * A file name for each object key, all of them different, also for file systems that know no capital letters:
 * `app.jar`, `app (1).jar`.
 *
 * @param taken names that are not to be given
 */
export function fileNamesFor(keys: readonly string[], taken: Iterable<string> = []): string[] {
  const used = new Set([...taken].map(caseFold));
  return keys.map((key) => {
    const wanted = safeFileName(key);
    let name = wanted;
    for (let n = 1; used.has(caseFold(name)); n++) {
      name = numbered(wanted, n);
    }
    used.add(caseFold(name));
    return name;
  });
}

/** What two names have in common that are one file on Windows or macOS. */
export function caseFold(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function numbered(name: string, n: number): string {
  const dot = name.lastIndexOf('.');
  const end = dot > 0 ? dot : name.length;
  return `${name.slice(0, end)} (${n})${name.slice(end)}`;
}
