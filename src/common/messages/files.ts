import { l10n } from 'vscode';
import { formatBytes } from './format';
import type { Sentences } from './errorMessage';

/** Files, their object keys, downloads and copied texts. */
export const fileSentences: Sentences<'source' | 'key' | 'copy' | 'disk' | 'object'> = {
  'source.notFound': ({ subject }) =>
    l10n.t('The file {0} is no longer there. Build it again or choose another one.', subject),
  'source.notAFile': ({ subject }) =>
    l10n.t(
      'Not a file: {0}. Choose files, or upload a folder with “EDAS: Upload Folder as ZIP to Package Prefix…”.',
      subject,
    ),
  'source.notReadable': ({ subject }) =>
    l10n.t('No permission to read the file {0}. Check its permissions, then try again.', subject),
  'source.inUse': ({ subject }) =>
    l10n.t(
      'Another program has the file {0} open. Wait until it has finished, or close it, then try again.',
      subject,
    ),
  'source.changed': ({ subject }) =>
    l10n.t(
      'The file {0} changed while it was being uploaded. Wait until the build has finished, then upload it again.',
      subject,
    ),
  'source.tooLarge': ({ bytes, subject }) =>
    bytes === undefined
      ? l10n.t('The file {0} is too large. Make the package smaller.', subject)
      : l10n.t(
          'The file {0} is too large: the limit is {1}. Make the package smaller.',
          subject,
          formatBytes(bytes),
        ),
  'source.notOnDisk': ({ detail, subject }) =>
    detail === 'vscode-local'
      ? l10n.t(
          '{0} is on your local computer, but the workspace is remote. Drag it into the Explorer first, then upload it from there.',
          subject,
        )
      : l10n.t('Not a local file: {0}. Save it to disk, then upload that file.', subject),
  'source.noMatch': ({ subject, detail }) =>
    l10n.t(
      'No file matches {0} in {1}. Build the package first, or correct the pattern.',
      subject,
      detail,
    ),
  'source.noFolder': ({ subject }) =>
    l10n.t(
      'No folder is open, so the task cannot find {0}. Open a folder, or give an absolute path in “file”.',
      subject,
    ),
  'source.empty': ({ subject }) =>
    l10n.t(
      'There is nothing to pack in {0}. Choose another folder, or check the setting edasPackages.zip.exclude.',
      subject,
    ),
  'source.badName': ({ detail, subject }) =>
    detail === 'encoding'
      ? l10n.t(
          'The name of {0} is not valid UTF-8, so a ZIP cannot store it. Rename the file, or exclude it.',
          subject,
        )
      : l10n.t('The name {0} cannot be stored in a ZIP. Rename the file.', JSON.stringify(subject)),
  'source.nameClash': ({ subject }) =>
    l10n.t(
      'Two of the selected items would have the name “{0}” in the ZIP. Choose one of them, or their common folder.',
      subject,
    ),
  'disk.full': ({ subject }) =>
    l10n.t('The disk is full: {0} could not be written. Free some space, then try again.', subject),
  'disk.notWritable': ({ subject }) =>
    l10n.t('Cannot write {0}. Check the permissions, or choose another folder.', subject),
  'disk.inUse': ({ subject }) =>
    l10n.t(
      'Cannot write {0}: another program may have it open, or it is read-only. Close it there, or choose another name.',
      subject,
    ),
  'disk.notHere': ({ subject }) =>
    l10n.t(
      'Cannot write {0}: the extension runs on the machine of the workspace. Choose a folder there.',
      subject,
    ),
  'disk.fileExists': ({ subject }) =>
    l10n.t('The file {0} already exists and was not overwritten. Choose another name.', subject),
  'object.changed': ({ subject }) =>
    l10n.t('The object “{0}” was replaced during the download. Download it again.', subject),
  'object.damaged': ({ subject }) =>
    l10n.t(
      'The download of “{0}” differs from the object in OSS (CRC-64 mismatch). Nothing was saved. Download it again.',
      subject,
    ),
  'object.folderNotEmpty': () =>
    l10n.t('The folder is not empty. Delete what is in it first, then delete it.'),
  'key.empty': () => l10n.t('The object key would be empty. Change the object key template.'),
  'key.tooLong': ({ bytes }) =>
    l10n.t(
      'The object key would have {0} bytes, but OSS allows 1,023. Shorten the file name or the object key template.',
      bytes ?? l10n.t('too many'),
    ),
  'key.badStart': ({ subject }) =>
    l10n.t(
      'The object name “{0}” starts with a slash or backslash, which OSS does not allow. Change the object key template.',
      subject,
    ),
  'key.controlCharacter': ({ subject }) =>
    l10n.t(
      'The file name {0} contains a line break or another control character, which an object key cannot have. Rename the file.',
      JSON.stringify(subject),
    ),
  'copy.unprintable': ({ subject }) =>
    l10n.t(
      'Nothing was copied, because “{0}” contains a line break or another character that cannot be shown: pasted into a terminal it could run commands. To name an object, copy one of its URLs, where such characters are encoded.',
      subject,
    ),
  'key.outsidePrefix': ({ subject }) =>
    l10n.t(
      'The object name “{0}” would be outside the package prefix: “.”, “..” and empty path segments are not allowed. Change the object key template.',
      subject,
    ),
  'key.badFolder': ({ subject }) =>
    l10n.t(
      'The folder “{0}” cannot take uploads: a part of its name is empty, “.” or “..”, or has a character that cannot be shown. Choose another folder.',
      subject,
    ),
  'key.noUrl': ({ subject }) =>
    l10n.t(
      'The object “{0}” has no URL: browsers and other programs remove “.” and “..” from an address, so it would lead to another object. Copy its key or its oss:// path.',
      subject,
    ),
  'key.unknownVariable': ({ subject }) =>
    l10n.t(
      'The object key template contains the unknown variable {0}. Correct it in the settings.',
      subject,
    ),
  'key.noGit': ({ subject, detail }) => withoutGit(subject, detail),
  'key.sameForTwo': ({ subject }) =>
    l10n.t(
      'Several files would get the key “{0}”. Use a variable such as {1} in the object key template.',
      subject,
      '${fileName}',
    ),
};

function withoutGit(variable: string, reason: string): string {
  switch (reason) {
    case 'noRepository':
      return l10n.t(
        'The object key template uses {0}, but the file is not in a Git repository that VS Code has open. Open its folder, or change the template.',
        variable,
      );
    case 'gitBranch':
      return l10n.t(
        'The object key template uses {0}, but no branch is checked out. Check one out, or change the template.',
        variable,
      );
    case 'gitCommit':
      return l10n.t(
        'The object key template uses {0}, but there is no commit yet. Commit first, or change the template.',
        variable,
      );
    default:
      return l10n.t(
        'The object key template uses {0}, but VS Code’s Git extension is off or has not found Git. Turn it on, or change the template.',
        variable,
      );
  }
}
