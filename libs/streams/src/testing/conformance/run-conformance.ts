/**
 * Runs a folder of conformance cases.
 */
import { type ConformanceCase, readCases } from './case-format';
import { type CaseOutcome, differences } from './compare-case';
import {
  drivePunctuate,
  driveRecordSelection,
  driveWatermarkCombine,
  driveWatermarkGenerate,
} from './drive-time';
import { driveWindowAggregate, driveWindowAssign } from './drive-windows';

/** Counts of a run, and its report line by line; the last line holds the counts. */
export interface ConformanceReport {
  readonly passed: number;
  readonly failed: number;
  /** Cases with the tag `peerSpecific` that differ. */
  readonly deviating: number;
  readonly lines: readonly string[];
}

const drivers = new Map<string, (item: ConformanceCase) => CaseOutcome>([
  ['windowAssign', driveWindowAssign],
  ['windowAggregate', driveWindowAggregate],
  ['watermarkGenerate', driveWatermarkGenerate],
  ['watermarkCombine', driveWatermarkCombine],
  ['recordSelection', driveRecordSelection],
  ['punctuate', drivePunctuate],
]);

/**
 * Drives every case whose operator this library has; names the operators that it has not, which
 * count as nothing.
 * @throws Error when the folder or a file cannot be read
 */
export const runConformance = (folder: string): ConformanceReport => {
  const lines: string[] = [];
  const counts = { passed: 0, failed: 0, deviating: 0 };
  for (const { operator, cases } of readCases(folder)) {
    const drive = drivers.get(operator);
    if (drive === undefined) {
      lines.push(`skipped ${operator}: no such operator yet (${cases.length} cases)`);
      continue;
    }
    const before = counts.passed;
    for (const item of cases) {
      const found = tryCase(drive, item);
      if (found.length === 0) {
        counts.passed += 1;
        continue;
      }
      const kind = item.tags?.includes('peerSpecific') === true ? 'deviating' : 'failed';
      counts[kind] += 1;
      lines.push(`${kind} ${item.id} ${item.name}`, ...found.map((line) => `  ${line}`));
    }
    lines.push(`${operator}: ${counts.passed - before} of ${cases.length} passed`);
  }
  const { passed, failed, deviating } = counts;
  lines.push(`${passed} passed, ${failed} failed, ${deviating} deviating`);
  return { ...counts, lines };
};

// A case that breaks the driver is a failed case: the others still run.
const tryCase = (
  drive: (item: ConformanceCase) => CaseOutcome,
  item: ConformanceCase,
): readonly string[] => {
  try {
    return differences(drive(item), item);
  } catch (error) {
    return [`threw ${error instanceof Error ? error.message : String(error)}`];
  }
};
