/** What EDAS deploys from a URL. */
export type PackageKind = 'jar' | 'war';

/** By the ending of a file name or key; undefined for what EDAS does not deploy from a URL. */
export function packageKindOf(fileName: string): PackageKind | undefined {
  const [, ending] = /\.(jar|war)$/i.exec(fileName) ?? [];
  return ending === undefined ? undefined : (ending.toLowerCase() as PackageKind);
}
