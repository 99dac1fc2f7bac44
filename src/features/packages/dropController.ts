import { l10n, Uri, type DataTransfer, type TreeDragAndDropController } from 'vscode';
import { CodedError } from '../../core/errors/catalogue';
import type { Reporter } from '../../common/vscode/reporter';

/**
 * Uploads files that are dropped onto the view, to the folder on which they are dropped.
 *
 * @param folderAt the folder for uploads to a row
 * @param upload resolves when all files are uploaded
 */
export function dropToUpload(
  folderAt: (id: string | undefined) => string,
  upload: (files: readonly Uri[], folder: string) => Promise<void>,
  reporter: Pick<Reporter, 'report'>,
): TreeDragAndDropController<string> {
  return {
    dropMimeTypes: ['text/uri-list', 'files'],
    // Rows cannot be dragged, because they are no files on this computer.
    dragMimeTypes: [],
    handleDrop: async (id, data) => {
      const folder = folderAt(id);
      const { files, withoutPath } = await readDrop(data);
      const [name] = withoutPath;
      if (files.length > 0) {
        // Not awaited: VS Code shows the drop as running until this returns, and the upload has its own progress.
        void upload(files, folder).catch((error: unknown) => reporter.report(error));
      } else if (name !== undefined) {
        void reporter.report(new CodedError('source.notOnDisk', { subject: name }), {
          format: (sentence) => l10n.t('Nothing was uploaded: {0}', sentence),
        });
      }
    },
  };
}

/** Resources of VS Code, and files of the desktop; `withoutPath` are names of files that cannot be read by a path, as in a browser. */
async function readDrop(
  data: DataTransfer,
): Promise<{ readonly files: readonly Uri[]; readonly withoutPath: readonly string[] }> {
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

/** Lines that begin with # are comments. Source: RFC 2483, "text/uri-list". */
function urisIn(list: string): readonly Uri[] {
  return list
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => Uri.parse(line));
}
