/**
 * Finds card numbers in text, so that none is ever stored: length, issuer prefix and Luhn digit.
 */

/** One run of digits, possibly written in groups: "4111 1111-1111.1111". */
const digitRuns = /\d+(?:[\s\u00a0._\-\u2010-\u2015]{1,2}\d+)*/gu;
const uuid = /(?<![0-9a-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z])/giu;
const ascii = /^[ -~]*$/;
const quick = /\d(?:[^0-9A-Za-z]{0,2}\d){11}/u;

const MIN_DIGITS = 12;
const MAX_DIGITS = 19;

// SHA-512 in hexadecimal.
const MAX_TOKEN = 128;

/** Issuers by prefix and number of digits: Visa, Mastercard, Amex, Diners, Discover, JCB, … */
const issuers: readonly RegExp[] = [
  /^4(?:\d{12}|\d{15}|\d{18})$/,
  /^(?:5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12})$/,
  /^3[47]\d{13}$/,
  /^3(?:0[0-59]|[689]\d)\d{11,16}$/,
  /^(?:6011|64[4-9]\d|65\d\d)\d{12,15}$/,
  /^35(?:2[89]|[3-8]\d)\d{12,15}$/,
  /^(?:62|81)\d{14,17}$/,
  /^220[0-4]\d{12,15}$/,
  /^(?:9792|508\d|82\d\d|506[01]|650\d)\d{12,15}$/,
  // Maestro and its national kin.
  /^(?:50|5[6-9]|6\d)\d{10,17}$/,
];

/**
 * Whether a text holds something that is a card number: 12 to 19 digits, together or in groups
 * divided by spaces, dashes, dots or underscores, with a known issuer's prefix and a valid Luhn
 * digit. Hexadecimal tokens and UUIDs are no card numbers.
 */
export const containsCardNumber = (text: string): boolean => {
  // Compatibility forms first: a full-width 4 is a 4.
  const plain = ascii.test(text) ? text : text.normalize('NFKC');
  if (!quick.test(plain)) return false;
  const searched = plain.replace(uuid, ' x ');
  for (const run of searched.matchAll(digitRuns)) {
    const groups = run[0].match(/\d+/g) ?? [];
    if (groupsHoldCardNumber(groups) && !isHexToken(searched, run)) return true;
  }
  return false;
};

/** Any neighbouring groups that make a number together: "2025 4111 1111 1111 1111" holds one. */
const groupsHoldCardNumber = (groups: readonly string[]): boolean => {
  for (let first = 0; first < groups.length; first++) {
    let digits = '';
    for (let next = first; next < groups.length && digits.length < MAX_DIGITS; next++) {
      digits += groups[next];
      if (digits.length < MIN_DIGITS || digits.length > MAX_DIGITS) continue;
      if (isCardNumber(digits)) return true;
    }
  }
  return false;
};

const isCardNumber = (digits: string): boolean =>
  issuers.some((issuer) => issuer.test(digits)) && hasLuhnDigit(digits);

const hasLuhnDigit = (digits: string): boolean => {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    const doubled = index % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
};

// One in some thousand SHA-256 texts has 12 digits in a row that pass as a card number by chance.
const isHexToken = (text: string, run: RegExpExecArray): boolean => {
  const end = run.index + run[0].length;
  const before = /[0-9a-z]*$/i.exec(text.slice(Math.max(0, run.index - MAX_TOKEN), run.index));
  const after = /^[0-9a-z]*/i.exec(text.slice(end, end + MAX_TOKEN));
  const around = `${before?.[0]}${after?.[0]}`;
  return /^[0-9a-f]+$/i.test(around) && /[a-f]/i.test(around);
};
