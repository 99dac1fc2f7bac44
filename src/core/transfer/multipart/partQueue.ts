import type { UploadedPart } from '../storage/checkpoint';
import type { Part } from './partSizing';

/**
 * The parts that are still to be sent. Their size is decided when a request is free for the next one: then it is known
 * how fast the network is and how much is left. Each part begins at a multiple of the unit, which gives its number, so
 * parts of any size keep their order, and what is missing after an interruption can be cut in another way.
 * Source: OSS API Reference, CompleteMultipartUpload: part numbers ascend and need not be consecutive.
 */
export class PartQueue {
  readonly #pieces: Part[];
  #bytesLeft: number;

  /**
   * @param pieces what is to be sent, in the order in which it should be
   * @param unitBytes absent: the pieces are parts already, as in a delta
   */
  constructor(
    pieces: readonly Part[],
    private readonly unitBytes?: number,
  ) {
    this.#pieces = [...pieces];
    this.#bytesLeft = pieces.reduce((sum, { length }) => sum + length, 0);
  }

  get bytesLeft(): number {
    return this.#bytesLeft;
  }

  /**
   * The length of what `next` would return, bytes; 0 at the end.
   * @param wantedBytes rounded down to whole units, but at least one
   */
  lengthOfNext(wantedBytes: number): number {
    const piece = this.#pieces[0]?.length ?? 0;
    return this.unitBytes === undefined
      ? piece
      : Math.min(piece, Math.max(1, Math.floor(wantedBytes / this.unitBytes)) * this.unitBytes);
  }

  next(wantedBytes: number): Part | undefined {
    const length = this.lengthOfNext(wantedBytes);
    const piece = this.#pieces.shift();
    if (piece === undefined) {
      return undefined;
    }
    this.#bytesLeft -= length;
    if (length < piece.length && this.unitBytes !== undefined) {
      this.#pieces.unshift({
        partNumber: piece.partNumber + length / this.unitBytes,
        start: piece.start + length,
        length: piece.length - length,
      });
    }
    return { ...piece, length };
  }
}

/** What lies between the uploaded parts. @param uploaded in the order of their numbers */
export function missingPieces(
  uploaded: readonly UploadedPart[],
  size: number,
  unitBytes: number,
): Part[] {
  const pieces: Part[] = [];
  let start = 0;
  const addUpTo = (end: number): void => {
    if (end > start) {
      pieces.push({ partNumber: start / unitBytes + 1, start, length: end - start });
    }
  };
  for (const { partNumber, length } of uploaded) {
    const begin = (partNumber - 1) * unitBytes;
    addUpTo(begin);
    start = begin + length;
  }
  addUpTo(size);
  return pieces;
}
