/** A row of the Credential view, independent of VS Code's classes. */
export interface Row {
  /** Always the same for the same fact. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  /** Name of a product icon. */
  readonly icon: string;
  readonly severity?: Severity;
  /** Shown in the hover below label and value. */
  readonly hint?: string;
  /** What a screen reader says; label and description unless given. */
  readonly ariaLabel?: string;
  /** What the inline copy puts on the clipboard. */
  readonly copy?: string;
  readonly canFetch?: boolean;
  readonly helpUrl?: string;
  /** The row of the account, which can be switched and edited. */
  readonly canSwitch?: boolean;
  readonly children?: readonly Row[];
}

export type Severity = 'error' | 'muted' | 'warning';
