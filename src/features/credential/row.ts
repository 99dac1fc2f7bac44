/** A row of the Credential view, before VS Code's classes. */
export interface Row {
  /** The same for the same thing at all times. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  /** Name of a product icon. */
  readonly icon: string;
  readonly tone?: Severity;
  /** Said in the hover below label and value. */
  readonly hint?: string;
  /** What a screen reader says; label and description unless given. */
  readonly ariaLabel?: string;
  /** What the inline copy puts on the clipboard. */
  readonly copy?: string;
  readonly canFetch?: boolean;
  readonly helpUrl?: string;
  /** It names the account, which can be switched and edited. */
  readonly canSwitch?: boolean;
  readonly children?: readonly Row[];
}

export type Severity = 'error' | 'muted' | 'warning';
