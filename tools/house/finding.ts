/** Something that breaks a rule of the house. */
export interface Finding {
  readonly file: string;
  /** 1-based, when the rule concerns a line. */
  readonly line?: number;
  readonly message: string;
}
