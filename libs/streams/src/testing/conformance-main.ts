/**
 * `npm run conformance -- --dir DIR`: runs the cases of a folder; exit code 1 on a failure or when
 * the folder cannot be read.
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runConformance } from './conformance/run-conformance';

// dist/testing -> the lib's own copy of the vectors.
const defaultFolder = join(__dirname, '..', '..', 'conformance');

const main = (): number => {
  try {
    const { values } = parseArgs({ options: { dir: { type: 'string' } } });
    const folder = values.dir === undefined ? defaultFolder : resolve(values.dir);
    const report = runConformance(folder);
    process.stdout.write(`${report.lines.join('\n')}\n`);
    return report.failed > 0 ? 1 : 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`conformance: ${message}\n`);
    return 1;
  }
};

process.exitCode = main();
