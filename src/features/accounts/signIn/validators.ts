import { InputBoxValidationSeverity, l10n, type InputBoxValidationMessage } from 'vscode';
import { parseEndpoint } from '../../../core/alibaba/endpoint';
import { errorMessageOf } from '../../../common/vscode/reporter';

/** True for a temporary key, which also needs a security token. */
export function isTemporary(accessKeyId: string): boolean {
  return accessKeyId.trim().startsWith('STS.');
}

export function validateAccessKeyId(text: string): InputBoxValidationMessage | undefined {
  const id = text.trim();
  return (
    validateText(id, l10n.t('Enter the AccessKey ID.')) ??
    (/^(LTAI|STS\.)/.test(id)
      ? undefined
      : validationHint(
          l10n.t('AccessKey IDs usually start with LTAI. You can continue if yours does not.'),
        ))
  );
}

export function validateSecret(text: string): InputBoxValidationMessage | undefined {
  const secret = text.trim();
  return (
    validateText(secret, l10n.t('Enter the AccessKey secret.')) ??
    (secret.startsWith('LTAI')
      ? validationHint(l10n.t('This looks like an AccessKey ID, not like a secret.'))
      : undefined)
  );
}

export function validateToken(text: string): InputBoxValidationMessage | undefined {
  return validateText(text.trim(), l10n.t('Enter the security token of the temporary key.'));
}

/** @param others names of the other accounts */
export function validateName(
  text: string,
  others: readonly string[],
): InputBoxValidationMessage | undefined {
  const name = text.trim();
  if (name === '') {
    return validationError(l10n.t('Enter a name for the account.'));
  }
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name) || name.length > 60) {
    return validationError(l10n.t('Use a single line of at most 60 visible characters.'));
  }
  return others.includes(name)
    ? validationError(l10n.t('An account with this name already exists.'))
    : undefined;
}

/** Accepts an EDAS endpoint, or empty text for the endpoint of the settings or the region. */
export function validateEndpoint(text: string): InputBoxValidationMessage | undefined {
  try {
    if (text.trim() !== '') {
      parseEndpoint(text.trim());
    }
    return undefined;
  } catch (error) {
    return validationError(errorMessageOf(error));
  }
}

/** The first of `name`, `name (2)`, `name (3)` … that is not in use. */
export function nextFreeName(name: string, others: readonly string[]): string {
  let free = name;
  for (let count = 2; others.includes(free); count++) {
    free = `${name} (${count})`;
  }
  return free;
}

/** Whether the text has the form of a region id; private clouds have their own ids. */
export function isRegionId(text: string): boolean {
  return /^[a-z][a-z0-9]*(-[a-z0-9]+)+$/.test(text);
}

function validateText(text: string, emptyMessage: string): InputBoxValidationMessage | undefined {
  if (text === '') {
    return validationError(emptyMessage);
  }
  if (/\s/.test(text)) {
    return validationError(l10n.t('It contains a space or a line break. Copy it again.'));
  }
  if (/[^\x21-\x7e]/.test(text)) {
    return validationError(l10n.t('It contains an invalid character. Copy it again.'));
  }
  return undefined;
}

/** Blocks the next step. */
function validationError(message: string): InputBoxValidationMessage {
  return { message, severity: InputBoxValidationSeverity.Error };
}

function validationHint(message: string): InputBoxValidationMessage {
  return { message, severity: InputBoxValidationSeverity.Info };
}
