import { l10n, type DataTransfer, type TreeDragAndDropController, type Uri } from 'vscode';
import { CodedError } from '../../core/errors/catalogue';
import type { Reporter } from '../../common/vscode/reporter';
import { dropMimeTypes, readDrop } from './droppedFiles';

/** Uploads what is dropped onto the view, to the folder on which it is dropped. */
export class DropToUpload implements TreeDragAndDropController<string> {
  readonly dropMimeTypes = dropMimeTypes;
  /** Rows themselves cannot be dragged: there is no file yet that somebody could take. */
  readonly dragMimeTypes: readonly string[] = [];

  /**
   * @param folderAt the folder that is meant by a row
   * @param upload ends when all is uploaded
   */
  constructor(
    private readonly folderAt: (id: string | undefined) => string,
    private readonly upload: (files: readonly Uri[], folder: string) => Promise<void>,
    private readonly reporter: Pick<Reporter, 'report'>,
  ) {}

  async handleDrop(id: string | undefined, data: DataTransfer): Promise<void> {
    const folder = this.folderAt(id);
    const { files, withoutPath } = await readDrop(data);
    const [name] = withoutPath;
    if (files.length > 0) {
      // Not awaited: VS Code shows the drop as under way until this ends, and the upload has its own progress.
      void this.upload(files, folder).catch((error: unknown) => this.reporter.report(error));
    } else if (name !== undefined) {
      void this.reporter.report(new CodedError('source.notOnDisk', { subject: name }), {
        format: (sentence) => l10n.t('Nothing was uploaded: {0}', sentence),
      });
    }
  }
}
