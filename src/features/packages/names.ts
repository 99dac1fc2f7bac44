import { safeFileName, withSuffix } from '../../core/transfer/download/safeFileName';

/**
 * A file name for each object key, all of them different, also for file systems that know no capital letters:
 * `app.jar`, `app (1).jar`.
 *
 * @param taken names that are not to be given
 */
export function fileNamesFor(keys: readonly string[], taken: Iterable<string> = []): string[] {
  const used = new Set([...taken].map(caseFold));
  /** The next number to try, by name: many objects may have the same. */
  const numbers = new Map<string, number>();
  return keys.map((key) => {
    const wanted = safeFileName(key);
    let name = wanted;
    let n = numbers.get(caseFold(wanted)) ?? 1;
    while (used.has(caseFold(name))) {
      name = withSuffix(wanted, ` (${n++})`);
    }
    numbers.set(caseFold(wanted), n);
    used.add(caseFold(name));
    return name;
  });
}

/** What two names have in common that are one file on Windows or macOS. */
export function caseFold(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
