/**
 * Whether what an operator gave is what a case expects.
 */
import type { CaseFields, ConformanceCase, ExpectedDrop } from './case-format';

/** What an operator gave: results with `after`, and drops. */
export interface CaseOutcome {
  readonly results: readonly CaseFields[];
  readonly dropped: readonly Required<ExpectedDrop>[];
}

/** The differences, one line each; none when the case passes. */
export const differences = (given: CaseOutcome, wanted: ConformanceCase): readonly string[] => [
  ...resultDifferences(given.results, wanted),
  ...(wanted.dropped === undefined ? [] : dropDifferences(given.dropped, wanted.dropped)),
  ...(wanted.finalState === undefined ? [] : stateDifferences(given.results, wanted.finalState)),
];

const resultDifferences = (
  results: readonly CaseFields[],
  { compare, expected }: ConformanceCase,
): readonly string[] => {
  if (compare === 'sequence') return sequenceDifferences(results, expected);
  if (compare === 'stepMap') {
    return multisetDifferences(lastPerKey(results), lastPerKey(expected), ['ts']);
  }
  return multisetDifferences(results, expected, compare === 'total' ? ['after'] : []);
};

const sequenceDifferences = (
  results: readonly CaseFields[],
  expected: readonly CaseFields[],
): readonly string[] => {
  const lines: string[] = [];
  for (let at = 0; at < Math.max(results.length, expected.length); at += 1) {
    const [given, wanted] = [results[at], expected[at]];
    if (given !== undefined && wanted !== undefined && matches(given, wanted, [])) continue;
    lines.push(`result ${at}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(given)}`);
  }
  return lines;
};

const multisetDifferences = (
  results: readonly CaseFields[],
  expected: readonly CaseFields[],
  ignored: readonly string[],
): readonly string[] => {
  const left = [...results];
  const lines: string[] = [];
  for (const wanted of expected) {
    const at = left.findIndex((given) => matches(given, wanted, ignored));
    if (at < 0) lines.push(`missing ${JSON.stringify(wanted)}`);
    else left.splice(at, 1);
  }
  for (const given of left) lines.push(`unexpected ${JSON.stringify(given)}`);
  return lines;
};

// A field that the expected item does not have is not compared; `output` absent is the main one.
const matches = (given: CaseFields, wanted: CaseFields, ignored: readonly string[]): boolean =>
  given['output'] === wanted['output'] &&
  Object.entries(wanted).every(
    ([field, value]) =>
      ignored.includes(field) || JSON.stringify(given[field]) === JSON.stringify(value),
  );

const lastPerKey = (items: readonly CaseFields[]): readonly CaseFields[] => {
  const last = new Map<string, CaseFields>();
  for (const item of items) last.set(JSON.stringify([item['after'], item['key']]), item);
  return [...last.values()];
};

// The set of (input, reason), and the windows where the case gives them.
const dropDifferences = (
  given: readonly Required<ExpectedDrop>[],
  wanted: readonly ExpectedDrop[],
): readonly string[] => {
  const line = (drop: ExpectedDrop): string => `${drop.reason} of input ${drop.input}`;
  const missing = wanted.filter((drop) => !given.some((other) => line(other) === line(drop)));
  const extra = given.filter((drop) => !wanted.some((other) => line(other) === line(drop)));
  const otherWindows = wanted.filter((drop) => {
    const same = given.find((other) => line(other) === line(drop));
    if (same === undefined || drop.windows === undefined) return false;
    return JSON.stringify(same.windows) !== JSON.stringify(drop.windows);
  });
  return [
    ...missing.map((drop) => `missing drop: ${line(drop)}`),
    ...extra.map((drop) => `unexpected drop: ${line(drop)}`),
    ...otherWindows.map((drop) => `other windows in drop: ${line(drop)}`),
  ];
};

const stateDifferences = (
  results: readonly CaseFields[],
  finalState: readonly CaseFields[],
): readonly string[] => {
  const state = new Map<string, CaseFields>();
  for (const result of results) {
    const at = JSON.stringify([result['key'], result['windowStart'], result['windowEnd']]);
    if (result['value'] === null) state.delete(at);
    else state.set(at, result);
  }
  const lines = multisetDifferences([...state.values()], finalState, ['after', 'ts']);
  return lines.map((line) => `final state: ${line}`);
};
