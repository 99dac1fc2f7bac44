/** Extensions that belong together, so that the number does not come between them. */
const doubleExtension = /\.tar\.(?:gz|bz2|xz|zst)$/i;

/**
 * The key to try next to one that stands: `dir/app.jar` → `dir/app (1).jar`.
 * @param n from 1
 */
export function nextFreeKey(key: string, n: number): string {
  const nameStart = key.lastIndexOf('/') + 1;
  const double = doubleExtension.exec(key);
  const dot = key.lastIndexOf('.');
  // A dot at the name's beginning begins no extension.
  const extensionStart = double?.index ?? (dot > nameStart ? dot : key.length);
  return `${key.slice(0, extensionStart)} (${n})${key.slice(extensionStart)}`;
}

/** The part of a key behind its last slash. */
export function baseName(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
