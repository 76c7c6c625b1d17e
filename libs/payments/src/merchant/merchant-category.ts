/**
 * From merchant category codes (ISO 18245) to the few categories of the analytics view.
 */

/** The categories, ascending. */
export const categories = [
  'cash',
  'digital',
  'education',
  'electronics',
  'entertainment',
  'fashion',
  'fuel',
  'gambling',
  'government',
  'groceries',
  'health',
  'home',
  'other',
  'professional',
  'restaurants',
  'retail',
  'services',
  'telecom',
  'transport',
  'travel',
  'utilities',
] as const;

/** A category of the analytics view. */
export type MerchantCategory = (typeof categories)[number];

type Range = readonly [from: number, to: number, category: MerchantCategory];

// Ascending, disjoint, both ends inclusive; what lies between is 'other'.
const ranges: readonly Range[] = [
  [742, 763, 'services'],
  [1520, 2842, 'services'],
  [3000, 3999, 'travel'],
  [4011, 4131, 'transport'],
  [4214, 4225, 'services'],
  [4411, 4411, 'travel'],
  [4457, 4468, 'transport'],
  [4511, 4723, 'travel'],
  [4784, 4789, 'transport'],
  [4812, 4821, 'telecom'],
  [4829, 4829, 'cash'],
  [4899, 4899, 'telecom'],
  [4900, 4900, 'utilities'],
  [5013, 5044, 'retail'],
  [5045, 5046, 'electronics'],
  [5047, 5047, 'health'],
  [5051, 5111, 'retail'],
  [5122, 5122, 'health'],
  [5131, 5139, 'fashion'],
  [5169, 5169, 'retail'],
  [5172, 5172, 'fuel'],
  [5192, 5199, 'retail'],
  [5200, 5271, 'home'],
  [5300, 5399, 'retail'],
  [5411, 5499, 'groceries'],
  [5511, 5533, 'transport'],
  [5541, 5542, 'fuel'],
  [5551, 5599, 'transport'],
  [5611, 5699, 'fashion'],
  [5712, 5722, 'home'],
  [5732, 5735, 'electronics'],
  [5811, 5814, 'restaurants'],
  [5815, 5818, 'digital'],
  [5832, 5832, 'retail'],
  [5912, 5912, 'health'],
  [5921, 5921, 'groceries'],
  [5931, 5942, 'retail'],
  [5943, 5943, 'professional'],
  [5944, 5944, 'fashion'],
  [5945, 5945, 'entertainment'],
  [5946, 5946, 'electronics'],
  [5947, 5970, 'retail'],
  [5971, 5975, 'retail'],
  [5976, 5976, 'health'],
  [5977, 5999, 'retail'],
  [6010, 6012, 'cash'],
  [6051, 6051, 'cash'],
  [6211, 6513, 'professional'],
  [6536, 6540, 'cash'],
  [7011, 7033, 'travel'],
  [7210, 7299, 'services'],
  [7311, 7399, 'professional'],
  [7511, 7511, 'fuel'],
  [7512, 7519, 'travel'],
  [7523, 7549, 'transport'],
  [7622, 7699, 'services'],
  [7800, 7802, 'gambling'],
  [7829, 7994, 'entertainment'],
  [7995, 7995, 'gambling'],
  [7996, 7999, 'entertainment'],
  [8011, 8099, 'health'],
  [8111, 8111, 'professional'],
  [8211, 8351, 'education'],
  [8398, 8699, 'services'],
  [8734, 8999, 'professional'],
  [9211, 9405, 'government'],
];

// 4 digits only, so the whole table fits into one array: a look-up per payment costs an index.
const byMcc: readonly MerchantCategory[] = (() => {
  const table = new Array<MerchantCategory>(10_000).fill('other');
  for (const [from, to, category] of ranges) table.fill(category, from, to + 1);
  return table;
})();

/**
 * Category of a merchant category code.
 * @param mcc four digits; anything else is 'other'
 * Source: ISO 18245 code groups
 */
export const categoryOfMcc = (mcc: string): MerchantCategory =>
  mcc.length === 4 ? (byMcc[Number(mcc)] ?? 'other') : 'other';

/**
 * Merchant category codes for imported terminals, which have none of their own: a fixed list, so
 * that a terminal has the same code in every import. Everyday codes stand in it more often.
 */
export const importMccs = [
  '5411',
  '5812',
  '5541',
  '5411',
  '5814',
  '5732',
  '5651',
  '5411',
  '4111',
  '5912',
  '7011',
  '5812',
  '5311',
  '5541',
  '5499',
  '5942',
  '7832',
  '5200',
  '4814',
  '5999',
] as const;

/** The MCC of an imported terminal: `importMccs` by number, taken in turn. */
export const importMccOf = (terminalNumber: number): string =>
  importMccs[Math.abs(terminalNumber) % importMccs.length] ?? '5999';
