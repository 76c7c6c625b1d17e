/**
 * A short fingerprint of a request's fields, kept with the payment to recognise a repeat: 64 bits
 * of a multiply-xorshift hash (cyrb128 by bryc, public domain) over UTF-16 units. It tells a
 * mistake, it does not stop a forger, who could only deceive himself (paymentIds are scoped to a
 * card).
 */

/**
 * Fingerprint of fields in a fixed order; a missing field differs from an empty one.
 * @returns two unsigned 32-bit numbers in decimal: '123456-789012'
 */
export const requestHash = (fields: readonly (string | number | undefined)[]): string => {
  let a = 1779033703;
  let b = 3144134277;
  let c = 1013904242;
  let d = 2773480762;
  for (const field of fields) {
    const text = field === undefined ? '' : String(field);
    // The length goes in first and keeps neighbours apart: 'ab', 'c' is not 'a', 'bc'.
    for (let index = -1; index < text.length; index++) {
      const unit = index >= 0 ? text.charCodeAt(index) : field === undefined ? -1 : text.length;
      a = b ^ Math.imul(a ^ unit, 597399067);
      b = c ^ Math.imul(b ^ unit, 2869860233);
      c = d ^ Math.imul(c ^ unit, 951274213);
      d = a ^ Math.imul(d ^ unit, 2716044179);
    }
  }
  const h1 = Math.imul(c ^ (a >>> 18), 597399067) ^ Math.imul(a ^ (c >>> 17), 951274213);
  const h2 = Math.imul(d ^ (b >>> 22), 2869860233) ^ Math.imul(b ^ (d >>> 19), 2716044179);
  return `${(h1 ^ h2) >>> 0}-${h2 >>> 0}`;
};
