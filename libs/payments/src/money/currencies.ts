/**
 * ISO 4217: the active codes and the number of decimals of their minor unit.
 * Source: ISO 4217 list one, state of 2026 (BGN left it with Bulgaria's euro, ANG became XCG).
 */

const codesByExponent: ReadonlyMap<number | undefined, string> = new Map([
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [
    2,
    `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD
     CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS
     GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD
     LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB
     PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP
     SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG`,
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
  // Metals, baskets and codes for testing: known, but without a minor unit nobody can pay in them.
  [undefined, 'XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX'],
]);

const exponents: ReadonlyMap<string, number | undefined> = new Map(
  [...codesByExponent].flatMap(([exponent, codes]) =>
    codes.split(/\s+/).map((code) => [code, exponent] as const),
  ),
);

/** All active ISO 4217 codes, ascending; also those without a minor unit. */
export const currencyCodes: readonly string[] = [...exponents.keys()].sort();

/** Whether this is an active ISO 4217 code (upper case). */
export const isKnownCurrency = (code: string): boolean => exponents.has(code);

/** Decimals of the minor unit (EUR 2, JPY 0, KWD 3); undefined when the code has none or is unknown. */
export const currencyExponent = (code: string): number | undefined => exponents.get(code);

/** Whether payments can be made in this currency: known, and with a minor unit (not XAU, XXX, …). */
export const isTransactableCurrency = (code: string): boolean => exponents.get(code) !== undefined;
