/**
 * A short fingerprint of a request's fields, kept with the payment to recognise a repeat. Two
 * 53-bit hashes (cyrb53, seeds 0 and 1): it tells a mistake, it does not stop a forger, who could
 * only deceive himself (paymentIds are scoped to a card).
 */

/**
 * Fingerprint of fields in a fixed order; a missing field differs from an empty one.
 * @returns 28 hex digits
 */
export const requestHash = (fields: readonly (string | number | undefined)[]): string => {
  let text = '';
  for (const field of fields) {
    // The length keeps neighbours apart: 'ab','c' is not 'a','bc'.
    text += field === undefined ? '-;' : `${String(field).length}:${field};`;
  }
  return hash53(text, 0) + hash53(text, 1);
};

// Source: cyrb53 by bryc (public domain), a multiply-xorshift hash over UTF-16 units.
const hash53 = (text: string, seed: number): string => {
  let h1 = 0xdeadbeef ^ seed;
  let h2 = 0x41c6ce57 ^ seed;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    h1 = Math.imul(h1 ^ unit, 2654435761);
    h2 = Math.imul(h2 ^ unit, 1597334677);
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909);
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909);
  return (4294967296 * (2097151 & h2) + (h1 >>> 0)).toString(16).padStart(14, '0');
};
