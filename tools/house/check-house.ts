/** Checks the rules of the house that no other tool checks. Exit code 1 when one is broken. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bannedText } from './banned-text';
import { silentDependencyRules } from './dependency-rules';
import { errorIndexFindings } from './error-index';
import { badFileNames } from './file-names';
import type { Finding } from './finding';
import { projectFiles } from './source-files';

const DECLARES_CODES = /^(libs|apps)\/.*(\.errors|\/rejections)\.ts$/;

const check = (root: string): readonly Finding[] => {
  const files = projectFiles(root);
  const read = (file: string): string => readFileSync(join(root, file), 'utf8');
  const code = files.filter((file) => /\.(ts|mjs)$/.test(file));
  const errors = join(root, 'docs', 'ERRORS.md');
  const sources = files
    .filter((file) => DECLARES_CODES.test(file))
    .map((file) => ({ file, text: read(file) }));
  return [
    ...badFileNames(files),
    ...code.flatMap((file) => bannedText(file, read(file))),
    ...errorIndexFindings(sources, existsSync(errors) ? readFileSync(errors, 'utf8') : ''),
    ...silentDependencyRules(root),
  ];
};

const findings = check(process.cwd());
for (const { file, line, message } of findings) {
  process.stdout.write(`${file}${line === undefined ? '' : `:${line}`}: ${message}\n`);
}
process.stdout.write(`house: ${findings.length} findings\n`);
process.exitCode = findings.length === 0 ? 0 : 1;
