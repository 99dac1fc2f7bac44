/** A clock that the test moves, with timers that fire when it gets there. */
export class HeldTime {
  at = 0;
  readonly timers = new Set<{ due: number; fire: () => void }>();

  readonly now = (): number => this.at;
  readonly start = (ms: number, fire: () => void): { dispose(): void } => {
    const timer = { due: this.at + ms, fire };
    this.timers.add(timer);
    return { dispose: () => void this.timers.delete(timer) };
  };

  pass(ms: number): void {
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

  /** The computer sleeps: time passes, and no timer sees it. */
  sleep(ms: number): void {
    this.at += ms;
    for (const timer of this.timers) {
      timer.due += ms;
    }
  }
}
