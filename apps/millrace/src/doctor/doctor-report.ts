/** What `millrace doctor` says of one log. */
import { holderText, type LogHolder } from '@millrace/event-log-embedded';

/** Printed as text, or as JSON. */
export interface DoctorReport {
  /** `embedded`, or the address of the log on Kafka. */
  readonly log: string;
  readonly folder: string;
  /** Whether nothing refuses the start. */
  readonly ok: boolean;
  /** Everything that was seen, for scripts. */
  readonly details: object;
  /** The same for people. */
  readonly text: string;
}

/** Whether a process runs on a data folder, and which. */
export const holderLine = (holder: LogHolder | undefined): string =>
  holder === undefined ? 'no process runs on it' : `in use by ${holderText(holder)}`;
