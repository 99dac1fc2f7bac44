import type { Credential } from '../../core/alibaba/edas/credential';
import type { Disposable } from '../../core/util/disposable';
import { Emitter, type Event } from '../../core/util/emitter';
import { hasCode, type CodedError } from '../../core/errors/catalogue';

/** What a credential may do with packages, or not. */
export type Permission = 'delete' | 'get' | 'list';

/**
 * What OSS has refused. Nobody says beforehand what a credential may do, so each thing is tried once, and a refusal
 * is remembered for the credential's life.
 */
export class Permissions implements Disposable {
  readonly #refusals = new Map<Permission, CodedError>();
  readonly #changed = new Emitter<void>();
  /** AccessKey id of the credential that the refusals are about. */
  #about = '';

  readonly onDidChange: Event<void> = this.#changed.event;

  isDenied(right: Permission): boolean {
    return this.#refusals.has(right);
  }

  /** A credential is held now: another one may be allowed more. */
  see({ accessKeyId }: Pick<Credential, 'accessKeyId'>): void {
    if (accessKeyId !== this.#about) {
      this.#about = accessKeyId;
      this.#forget();
    }
  }

  /**
   * Does what needs the right.
   * @throws what the action throws; the remembered refusal, without another try
   */
  async use<T>(right: Permission, credential: Credential, action: () => Promise<T>): Promise<T> {
    this.see(credential);
    const refusal = this.#refusals.get(right);
    if (refusal !== undefined) {
      throw refusal;
    }
    try {
      return await action();
    } catch (error) {
      if (hasCode(error, 'oss.accessDenied') && credential.accessKeyId === this.#about) {
        this.#refusals.set(right, error);
        this.#changed.fire();
      }
      throw error;
    }
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #forget(): void {
    if (this.#refusals.size > 0) {
      this.#refusals.clear();
      this.#changed.fire();
    }
  }
}
