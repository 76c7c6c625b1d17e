/**
 * Schemas of single fields, shared by requests and events.
 */
import { z } from 'zod';
import { isKnownCurrency } from '../money/currencies';
import { minorUnits } from '../money/minor-units';
import { isKnownCountry } from '../place/countries';
import { containsCardNumber } from './card-number';
import { LATEST_MS, parseRfc3339 } from './rfc3339';

const CARD_NUMBER = 'must not hold a card number';

/** Letters, digits and `_ . : -`, 1 to 64 of them, and no card number among them. */
export const identifier = z
  .string()
  .regex(/^[A-Za-z0-9_.:-]{1,64}$/, 'must be 1 to 64 letters, digits or _ . : -')
  .refine((id) => !containsCardNumber(id.replaceAll(':', '-')), CARD_NUMBER);

/** Id of an alert: made of a rule, a key and a payment, so longer than their ids; 1 to 256. */
export const alertIdentifier = z
  .string()
  .regex(/^[A-Za-z0-9_.:~|/-]{1,256}$/, 'must be 1 to 256 letters, digits or _ . : ~ | / -')
  .refine((id) => !containsCardNumber(id), CARD_NUMBER);

// Control and bidirectional characters forge log lines and hide what a text says; a lone surrogate
// cannot be written as UTF-8.
const unprintable = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** Printable text without card numbers, in Unicode's composed form. Length in UTF-16 units. */
export const freeText = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .refine((text) => !unprintable.test(text), 'must not hold control characters')
    .refine((text) => text.trim() !== '', 'must not be blank')
    .refine((text) => !containsCardNumber(text), CARD_NUMBER)
    .transform((text) => text.normalize('NFC'));

/** Minor units, 0 included. */
export const amount = z.int().min(0).max(Number.MAX_SAFE_INTEGER).transform(positiveZero);

/** Minor units, at least 1. */
export const positiveAmount = z.int().min(1).max(Number.MAX_SAFE_INTEGER).transform(minorUnits);

// JSON has a -0, and -0 written back is 0: the same request must have one reading.
function positiveZero(value: number) {
  return minorUnits(value === 0 ? 0 : value);
}

/** An active ISO 4217 code; also codes without a minor unit, in which payments are declined. */
export const currency = z
  .string()
  .length(3)
  .refine(isKnownCurrency, 'must be an active ISO 4217 code');

/** An ISO 3166-1 alpha-2 code. */
export const country = z
  .string()
  .length(2)
  .refine(isKnownCountry, 'must be an ISO 3166-1 alpha-2 code');

/** A merchant category code of ISO 18245. */
export const mcc = z.string().regex(/^\d{4}$/, 'must be four digits');

/** An RFC 3339 date-time from 1970 to 9999, read as epoch ms. */
export const instant = z
  .string()
  .max(40)
  .transform((text, context) => {
    const epochMs = parseRfc3339(text);
    if (epochMs !== undefined) return epochMs;
    context.issues.push({
      code: 'custom',
      input: text,
      message: 'must be an RFC 3339 date-time with an offset, from 1970 to 9999',
    });
    return z.NEVER;
  });

/** Epoch ms from 1970 to 9999. */
export const epochMs = z.int().min(0).max(LATEST_MS);
