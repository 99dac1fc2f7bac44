/** Where a task writes. */
export interface TaskOutput {
  /** A line that stays. */
  line(text: string): void;
  /** The last line, replaced by the next one. */
  replaceLine(text: string): void;
  /** A line that stays and stands out. */
  failure(text: string): void;
}
