import type { Credential } from '../../core/alibaba/edas/credential';
import { hasCode, type CodedError } from '../../core/errors/catalogue';

/**
 * Remembers that OSS refused to list, as long as the credential lasts, so that the view does not repeat it each time it
 * is shown. Refusals of one object are not remembered: the next object may be allowed.
 */
export class ListPermission {
  #refusal: CodedError | undefined;
  /** AccessKey id of the credential that the refusal is about. */
  #accessKeyId = '';

  /** @throws what the action throws; the remembered refusal, without another request */
  async use<T>(
    { accessKeyId }: Pick<Credential, 'accessKeyId'>,
    list: () => Promise<T>,
  ): Promise<T> {
    if (accessKeyId !== this.#accessKeyId) {
      this.#accessKeyId = accessKeyId;
      this.#refusal = undefined;
    }
    if (this.#refusal !== undefined) {
      throw this.#refusal;
    }
    try {
      return await list();
    } catch (error) {
      if (hasCode(error, 'oss.accessDenied') && accessKeyId === this.#accessKeyId) {
        this.#refusal = error;
      }
      throw error;
    }
  }
}
