import { l10n } from 'vscode';
import { serverWords, type MessageFacts, type Sentences } from './errorMessage';

/** With a column, so that terminals and editors take it for a link. */
function location({ file, line }: MessageFacts): string {
  return line === undefined ? file : `${file}:${line}:1`;
}

/** The CLI command that logs in again in the browser. The extension does not run it. */
function loginCommand({ subject, detail }: MessageFacts): string {
  const name = /^[\w.@-]+$/.test(subject) ? subject : `"${subject}"`;
  return `aliyun configure --profile ${name} --mode ${detail}`;
}

/** Where keys come from: environment, the CLI's and the SDKs' files, and STS, which issues temporary keys for a role. */
export const keySentences: Sentences<'keys' | 'sts'> = {
  'keys.environmentMissing': () =>
    l10n.t(
      'No AccessKey was found in the environment variables. Set them before you start VS Code, or enter the keys.',
    ),
  'keys.fileNotFound': (f) =>
    l10n.t(
      'The file {0} does not exist. Create it with the Alibaba Cloud CLI, or enter the keys.',
      location(f),
    ),
  'keys.fileUnreadable': (f) =>
    l10n.t('The file {0} cannot be read. Check its permissions.', location(f)),
  'keys.fileBroken': (f) =>
    f.detail === 'notUtf8'
      ? l10n.t('The file {0} is not UTF-8 text. Save it as UTF-8, or type the keys.', location(f))
      : l10n.t('The file {0} is not valid. Correct it, or enter the keys.', location(f)),
  'keys.profileMissing': (f) =>
    f.detail === 'source_profile'
      ? l10n.t(
          'The profile “{0}” refers to a source profile that is not in {1}. Correct it, or choose another one.',
          f.subject,
          location(f),
        )
      : l10n.t('The profile “{0}” is not in {1}. Choose another one.', f.subject, location(f)),
  'keys.modeUnsupported': ({ subject, detail }) =>
    l10n.t(
      'The profile “{0}” uses “{1}”, which is not supported. Choose another one.',
      subject,
      detail,
    ),
  'keys.loginNeeded': (f) =>
    l10n.t(
      'The profile “{0}” has no valid temporary keys. Run {1} in a terminal, then try again.',
      f.subject,
      loginCommand(f),
    ),
  'keys.incomplete': (f) =>
    l10n.t('“{0}” is missing {1}. Add it, or enter the keys.', f.subject || location(f), f.detail),
  'keys.malformed': (f) =>
    l10n.t(
      'The value of {1} in “{0}” is invalid. Correct it, or enter the keys.',
      f.subject || location(f),
      f.detail,
    ),
  'keys.chainTooLong': ({ subject }) =>
    l10n.t(
      'The profile “{0}” refers to too many other profiles, or back to itself. Choose another one.',
      subject,
    ),
  'sts.noPermission': (f) =>
    l10n.t(
      'This account is not allowed to assume the role.{0} Ask your administrator to allow sts:AssumeRole.',
      serverWords(f),
    ),
  'sts.roleNotFound': ({ subject }) =>
    l10n.t('The role {0} does not exist. Check its ARN.', subject),
  'sts.rejected': (f) =>
    l10n.t(
      'STS refused to issue keys for the role.{0} Check the role’s ARN and its trust policy.',
      serverWords(f),
    ),
  'sts.responseMalformed': () =>
    l10n.t('STS returned a response that cannot be used. Try again later.'),
};
