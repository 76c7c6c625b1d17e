/** The command line of `npm run test:engines`. */
import type { KafkaLine } from '../../tools/stack/index';

/** What to run. */
export interface RunOptions {
  readonly lines: readonly KafkaLine[];
  readonly long: boolean;
  /** Patterns of paths; all specs when empty. */
  readonly patterns: readonly string[];
}

export const USAGE = `npm run test:engines                      all specs on Kafka 3.9, contract and defects on 4.4
npm run test:engines -- --long            more seeds, more faults
npm run test:engines -- --line 4.4        one line only
npm run test:engines -- tools/stack       some specs, on both lines
`;

/** @returns options, or what is wrong with them; an empty text asks for the usage only */
export const parseRunOptions = (args: readonly string[]): RunOptions | string => {
  const patterns: string[] = [];
  let lines: readonly KafkaLine[] = ['3.9', '4.4'];
  let long = false;
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (arg === '--help') return '';
    if (arg === '--long') long = true;
    else if (arg === '--line') {
      at += 1;
      const line = args[at];
      if (line !== '3.9' && line !== '4.4') return `--line: ${line ?? 'nothing'} is not 3.9 or 4.4`;
      lines = [line];
    } else if (arg.startsWith('-')) return `unknown option ${arg}`;
    else patterns.push(arg);
  }
  return { lines, long, patterns };
};
