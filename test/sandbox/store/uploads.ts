import { randomBytes } from 'node:crypto';

import type { Bodies, StoredBody } from './bodies';
import { compareKeys, etagOf } from './objects';

export interface Part extends StoredBody {
  readonly number: number;
  readonly etag: string;
  readonly lastModified: number;
}

/** A multipart upload in progress. */
export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly initiated: number;
  readonly parts: Map<number, Part>;
}

export class Uploads {
  private readonly uploads = new Map<string, Upload>();

  constructor(private readonly bodies: Bodies) {}

  start(key: string, headers: Readonly<Record<string, string>>, initiated: number): Upload {
    const id = randomBytes(16).toString('hex').toUpperCase();
    const upload: Upload = { id, key, headers, initiated, parts: new Map() };
    this.uploads.set(id, upload);
    return upload;
  }

  get(id: string, key: string): Upload | undefined {
    const upload = this.uploads.get(id);
    return upload?.key === key ? upload : undefined;
  }

  /** Stores a part, and replaces one with the same number. False: the upload has ended, and the body was removed. */
  async putPart(
    upload: Upload,
    number: number,
    body: StoredBody,
    now: number,
  ): Promise<Part | false> {
    if (!this.uploads.has(upload.id)) {
      await this.bodies.drop([body]);
      return false;
    }
    const part: Part = { ...body, number, etag: etagOf(body), lastModified: now };
    const old = upload.parts.get(number);
    upload.parts.set(number, part);
    if (old) await this.bodies.drop([old]);
    return part;
  }

  /** Ends an upload; the bodies of parts that are not `kept` are removed. */
  async end(upload: Upload, kept: readonly Part[] = []): Promise<void> {
    this.uploads.delete(upload.id);
    const keep = new Set(kept);
    await this.bodies.drop([...upload.parts.values()].filter((part) => !keep.has(part)));
  }

  /** By key, then by upload id. */
  list(prefix = ''): Upload[] {
    return [...this.uploads.values()]
      .filter(({ key }) => key.startsWith(prefix))
      .sort((a, b) => compareKeys(a.key, b.key) || compareKeys(a.id, b.id));
  }
}

/** In ascending order. */
export function partsOf(upload: Upload): Part[] {
  return [...upload.parts.values()].sort((a, b) => a.number - b.number);
}
