import { CodedError } from '../../errors/catalogue';
import { Secret } from '../../util/secret';
import { isRoleArn } from '../sts/role';
import { headerText } from '../../util/jsonFields';

/** Reads the fields of a profile or section. Values may be secrets, so an error never quotes them. */
export class ProfileReader {
  /** Hidden from `inspect` and `JSON.stringify`, because it contains secrets. */
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(
    readonly file: string,
    /** The profile's or section's name. */
    readonly name: string,
    values: Readonly<Record<string, unknown>>,
  ) {
    this.#values = values;
  }

  /** A text for decisions only: undefined also when the value is not a text. */
  peek(field: string): string | undefined {
    const value = this.#get(field);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  /** @returns undefined for what is absent or empty @throws CodedError keys.malformed when it is not a text */
  text(field: string): string | undefined {
    const value = this.#get(field);
    if (value === undefined || value === null || value === '') {
      return undefined;
    }
    if (typeof value !== 'string') {
      throw this.malformed(field);
    }
    return value;
  }

  /** @throws CodedError keys.incomplete when it is absent or empty; as `text` */
  required(field: string): string {
    const value = this.text(field);
    if (value === undefined) {
      throw new CodedError('keys.incomplete', { ...this.errorFacts, detail: field });
    }
    return value;
  }

  /**
   * An AccessKey ID, secret or token, without blanks around it. It must be fit for a header; else it is a typing error.
   * @throws CodedError keys.malformed; as `required`
   */
  key(field: string): string {
    const value = this.required(field).trim();
    if (!headerText.test(value)) {
      throw this.malformed(field);
    }
    return value;
  }

  /** As `key`. */
  secret(field: string): Secret {
    return new Secret(this.key(field));
  }

  /** A whole number above 0; undefined for what is absent or 0. @throws CodedError keys.malformed for other values */
  count(field: string): number | undefined {
    const value = this.#get(field);
    if (value === undefined || value === null || value === 0) {
      return undefined;
    }
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
      throw this.malformed(field);
    }
    return value;
  }

  /** The ARN of a role. As `key`. */
  roleArn(field: string): string {
    const value = this.required(field).trim();
    if (!isRoleArn(value)) {
      throw this.malformed(field);
    }
    return value;
  }

  /** A JSON text, which the parser of the file may have taken apart already. As `text`. */
  json(field: string): string | undefined {
    const value = this.#get(field);
    return typeof value === 'object' && value !== null ? JSON.stringify(value) : this.text(field);
  }

  /** The error for an invalid value of a field. */
  malformed(field: string): CodedError {
    return new CodedError('keys.malformed', { ...this.errorFacts, detail: field });
  }

  get errorFacts(): { readonly file: string; readonly subject: string } {
    return { file: this.file, subject: this.name };
  }

  #get(field: string): unknown {
    return Object.hasOwn(this.#values, field) ? this.#values[field] : undefined;
  }
}
