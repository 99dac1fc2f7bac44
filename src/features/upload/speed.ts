/** Speed is that of the last so many ms. */
const windowMs = 5_000;
/** Shorter than this says nothing. */
const leastMs = 800;

/** Measures how fast a count of bytes grows. */
export class Speedometer {
  readonly #marks: { readonly at: number; readonly bytes: number }[] = [];

  mark(bytes: number, at: number): void {
    this.#marks.push({ at, bytes });
    // One mark stays from before the window, so that a slow line still has a speed.
    while ((this.#marks[1]?.at ?? at) < at - windowMs) {
      this.#marks.shift();
    }
  }

  /** Bytes per second, or undefined as long as too little is known. */
  get bytesPerSecond(): number | undefined {
    const first = this.#marks[0];
    const last = this.#marks.at(-1);
    if (first === undefined || last === undefined || last.at - first.at < leastMs) {
      return undefined;
    }
    return ((last.bytes - first.bytes) / (last.at - first.at)) * 1000;
  }
}
