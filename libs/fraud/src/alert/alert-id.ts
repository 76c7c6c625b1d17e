/**
 * The id of an alert follows from what made it, so that a replay makes the same one.
 */
import { createHash } from 'node:crypto';
import type { RuleKeyKind } from '../rules/rule';

/** What makes an alert. */
export interface AlertOrigin {
  readonly ruleId: string;
  readonly keyKind: RuleKeyKind;
  readonly keyId: string;
  /** The payment that crossed. */
  readonly paymentId: string;
}

/** `alr_` and the first 128 bits of a SHA-256 in hexadecimal digits. */
export const alertIdOf = ({ ruleId, keyKind, keyId, paymentId }: AlertOrigin): string => {
  const origin = JSON.stringify([ruleId, keyKind, keyId, paymentId]);
  return `alr_${createHash('sha256').update(origin).digest('hex').slice(0, 32)}`;
};
