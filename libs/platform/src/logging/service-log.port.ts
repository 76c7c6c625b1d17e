/**
 * What the services write to their log: a stable event code, a sentence, and fields.
 */

/** Fields of a line. Never holds a card number, a name or a payload. */
export type LogFields = Readonly<Record<string, unknown>>;

/** The log of a service. */
export interface ServiceLog {
  /** @param event stable code in capitals that alerts and searches may rely on */
  debug(event: string, message: string, fields?: LogFields): void;
  info(event: string, message: string, fields?: LogFields): void;
  warn(event: string, message: string, fields?: LogFields): void;
  /** `fields.err` holds the error, if there is one. */
  error(event: string, message: string, fields?: LogFields): void;
}

/** Nest token of the service's log. */
export const SERVICE_LOG = Symbol('ServiceLog');
