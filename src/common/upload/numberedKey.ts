/** Double extensions, which the number does not separate. */
const doubleExtension = /\.tar\.(?:gz|bz2|xz|zst)$/i;

/**
 * The key to try instead of an existing one: `dir/app.jar` → `dir/app (1).jar`.
 * @param n from 1
 */
export function numberedKey(key: string, n: number): string {
  const nameStart = key.lastIndexOf('/') + 1;
  const double = doubleExtension.exec(key);
  const dot = key.lastIndexOf('.');
  // A dot at the beginning of the name starts no extension.
  const extensionStart = double?.index ?? (dot > nameStart ? dot : key.length);
  return `${key.slice(0, extensionStart)} (${n})${key.slice(extensionStart)}`;
}
