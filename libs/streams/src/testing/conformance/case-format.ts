/**
 * Files of conformance cases: see libs/streams/conformance/README.md.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A field of an input, a result or a configuration. */
export type CaseFields = Readonly<Record<string, unknown>>;

/** A refused record, as the case states it. */
export interface ExpectedDrop {
  readonly input: number;
  readonly reason: string;
  readonly windows?: readonly (readonly [number, number])[];
}

/** One case. */
export interface ConformanceCase {
  readonly id: string;
  readonly name: string;
  readonly operator: CaseFields & { readonly type: string };
  readonly compare: 'sequence' | 'perStep' | 'total' | 'stepMap';
  readonly input: readonly CaseFields[];
  readonly expected: readonly CaseFields[];
  readonly dropped?: readonly ExpectedDrop[];
  readonly finalState?: readonly CaseFields[];
  readonly tags?: readonly string[];
}

/** All cases for one operator. */
export interface ConformanceFile {
  readonly file: string;
  readonly operator: string;
  readonly cases: readonly ConformanceCase[];
}

/**
 * Reads every `.json` file of a folder, by name.
 * @throws Error naming the file that is no file of cases; also when there is none
 */
export const readCases = (folder: string): readonly ConformanceFile[] => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  if (names.length === 0) throw new Error(`${folder} has no .json files`);
  return names.sort().map((name) => parseFile(join(folder, name)));
};

const parseFile = (file: string): ConformanceFile => {
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isFields(parsed) || parsed['format'] !== 1) throw new Error(`${file} is not of format 1`);
  const { operator, cases } = parsed;
  if (!isFields(operator) || typeof operator['type'] !== 'string' || !Array.isArray(cases)) {
    throw new Error(`${file} has no operator type or no cases`);
  }
  const checked: unknown[] = cases;
  return { file, operator: operator['type'], cases: checked.map((item) => parseCase(item, file)) };
};

const modes: readonly unknown[] = ['sequence', 'perStep', 'total', 'stepMap'];

const parseCase = (item: unknown, file: string): ConformanceCase => {
  if (!isCase(item)) throw new Error(`${file} has a case without id, operator, input or expected`);
  return item;
};

const isCase = (item: unknown): item is ConformanceCase =>
  isFields(item) &&
  typeof item['id'] === 'string' &&
  isFields(item['operator']) &&
  typeof item['operator']['type'] === 'string' &&
  modes.includes(item['compare']) &&
  isListOfFields(item['input']) &&
  isListOfFields(item['expected']);

const isListOfFields = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => isFields(item));

const isFields = (value: unknown): value is CaseFields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
