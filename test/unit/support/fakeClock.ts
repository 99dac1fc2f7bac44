/** A clock that the test advances, with timers that fire when they are due. */
export class FakeClock {
  at = 0;
  readonly timers = new Set<{ due: number; fire: () => void }>();

  readonly now = (): number => this.at;
  readonly startTimer = (ms: number, fire: () => void): { dispose(): void } => {
    const timer = { due: this.at + ms, fire };
    this.timers.add(timer);
    return { dispose: () => void this.timers.delete(timer) };
  };

  advance(ms: number): void {
    const end = this.at + ms;
    for (;;) {
      const next = [...this.timers].sort((a, b) => a.due - b.due)[0];
      if (next === undefined || next.due > end) {
        break;
      }
      this.at = Math.max(this.at, next.due);
      this.timers.delete(next);
      next.fire();
    }
    this.at = end;
  }

  /** The computer sleeps: the time changes, but the timers do not advance. */
  sleep(ms: number): void {
    this.at += ms;
    for (const timer of this.timers) {
      timer.due += ms;
    }
  }
}
