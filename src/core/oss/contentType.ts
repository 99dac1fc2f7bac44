const javaArchive = 'application/java-archive';
const gzip = 'application/gzip';

/** Content types by extension: of packages for EDAS, and of files that are often uploaded with them. */
const byExtension: ReadonlyMap<string, string> = new Map([
  ['.jar', javaArchive],
  ['.war', javaArchive],
  ['.ear', javaArchive],
  ['.zip', 'application/zip'],
  ['.tgz', gzip],
  ['.gz', gzip],
  ['.tar', 'application/x-tar'],
  ['.bz2', 'application/x-bzip2'],
  ['.xz', 'application/x-xz'],
  ['.7z', 'application/x-7z-compressed'],
  ['.json', 'application/json'],
  ['.xml', 'application/xml'],
  ['.yaml', 'application/yaml'],
  ['.yml', 'application/yaml'],
  ['.properties', 'text/plain'],
  ['.txt', 'text/plain'],
  ['.log', 'text/plain'],
  ['.md', 'text/markdown'],
  ['.html', 'text/html'],
  ['.css', 'text/css'],
  ['.js', 'text/javascript'],
]);

/** The Content-Type for a file of this name; `application/octet-stream` when its extension is unknown. */
export function contentTypeOf(fileName: string): string {
  const extension = /\.[^./\\]+$/.exec(fileName)?.[0].toLowerCase() ?? '';
  return byExtension.get(extension) ?? 'application/octet-stream';
}
