import { serverWords, type Sentences } from './errorMessage';
import type { ErrorFacts } from '../../core/errors/catalogue';

/** With a column, so that terminals and editors take it for a link. */
function location({ file = '', line }: ErrorFacts): string {
  return line === undefined ? file : `${file}:${line}:1`;
}

/** Has the CLI log in again in the browser. We run nothing ourselves. */
function loginCommand({ subject = '', detail = '' }: ErrorFacts): string {
  const name = /^[\w.@-]+$/.test(subject) ? subject : `"${subject}"`;
  return `aliyun configure --profile ${name} --mode ${detail}`;
}

/** Where keys come from: environment, the CLI's and the SDKs' files, and STS, which lends a role's keys. */
export const keySentences: Sentences<'keys' | 'sts'> = {
  'keys.environmentMissing': {
    text: (_f, l10n) =>
      l10n.t(
        'No AccessKey was found in the environment variables. Set them before you start VS Code, or enter the keys.',
      ),
  },
  'keys.fileNotFound': {
    text: (f, l10n) =>
      l10n.t(
        'The file {0} does not exist. Create it with the Alibaba Cloud CLI, or enter the keys.',
        location(f),
      ),
  },
  'keys.fileUnreadable': {
    text: (f, l10n) => l10n.t('The file {0} cannot be read. Check its permissions.', location(f)),
  },
  'keys.fileBroken': {
    text: (f, l10n) =>
      f.detail === 'notUtf8'
        ? l10n.t('The file {0} is not UTF-8 text. Save it as UTF-8, or type the keys.', location(f))
        : l10n.t('The file {0} is not valid. Correct it, or enter the keys.', location(f)),
    next: 'openFile',
  },
  'keys.profileMissing': {
    text: (f, l10n) =>
      f.detail === 'source_profile'
        ? l10n.t(
            'The profile “{0}” refers to a source profile that is not in {1}. Correct it, or choose another one.',
            f.subject ?? '',
            location(f),
          )
        : l10n.t(
            'The profile “{0}” is not in {1}. Choose another one.',
            f.subject ?? '',
            location(f),
          ),
  },
  'keys.modeUnsupported': {
    text: (f, l10n) =>
      l10n.t(
        'The profile “{0}” uses “{1}”, which is not supported. Choose another one.',
        f.subject ?? '',
        f.detail ?? '',
      ),
  },
  'keys.loginNeeded': {
    text: (f, l10n) =>
      l10n.t(
        'The profile “{0}” has no valid temporary keys. Run {1} in a terminal, then try again.',
        f.subject ?? '',
        loginCommand(f),
      ),
    next: 'fetchAgain',
  },
  'keys.incomplete': {
    text: (f, l10n) =>
      l10n.t(
        '“{0}” is missing {1}. Add it, or enter the keys.',
        f.subject ?? location(f),
        f.detail ?? '',
      ),
  },
  'keys.malformed': {
    text: (f, l10n) =>
      l10n.t(
        'The value of {1} in “{0}” is invalid. Correct it, or enter the keys.',
        f.subject ?? location(f),
        f.detail ?? '',
      ),
  },
  'keys.chainTooLong': {
    text: (f, l10n) =>
      l10n.t(
        'The profile “{0}” refers to too many other profiles, or back to itself. Choose another one.',
        f.subject ?? '',
      ),
  },
  'sts.noPermission': {
    text: (f, l10n) =>
      l10n.t(
        'This account is not allowed to assume the role.{0} Ask your administrator to allow sts:AssumeRole.',
        serverWords(f),
      ),
  },
  'sts.roleNotFound': {
    text: (f, l10n) => l10n.t('The role {0} does not exist. Check its ARN.', f.subject ?? ''),
  },
  'sts.rejected': {
    text: (f, l10n) =>
      l10n.t(
        'STS refused to issue keys for the role.{0} Check the role’s ARN and its trust policy.',
        serverWords(f),
      ),
  },
  'sts.answerMalformed': {
    text: (_f, l10n) => l10n.t('STS returned a response that cannot be used. Try again later.'),
  },
};
