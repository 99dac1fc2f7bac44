import { Uri, type DataTransfer } from 'vscode';

/** What somebody has dropped onto a view. */
export interface Dropped {
  readonly files: readonly Uri[];
  /** Names of what has no path that we could read from, as a file from the desktop in a browser. */
  readonly withoutPath: readonly string[];
}

/** What a drop may hold: resources of VS Code, and files of the desktop. */
export const dropMimeTypes: readonly string[] = ['text/uri-list', 'files'];

export async function readDrop(data: DataTransfer): Promise<Dropped> {
  const list = (await data.get('text/uri-list')?.asString()) ?? '';
  const files = new Map(urisIn(list).map((uri) => [uri.toString(), uri]));
  const withoutPath: string[] = [];
  for (const [, item] of data) {
    const file = item.asFile();
    if (file?.uri !== undefined) {
      files.set(file.uri.toString(), file.uri);
    } else if (file !== undefined) {
      withoutPath.push(file.name);
    }
  }
  return { files: [...files.values()], withoutPath: files.size > 0 ? [] : withoutPath };
}

/** Lines that begin with # are remarks. Source: RFC 2483, "text/uri-list". */
function urisIn(list: string): readonly Uri[] {
  return list
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => Uri.parse(line));
}
