/** Error codes and docs/ERRORS.md agree in both directions; no code is declared twice. */
import type { Finding } from './finding';

const DECLARATION = /static readonly code = '([A-Z0-9_]+)'|^\s{2}([A-Z][A-Z0-9_]+): \{$/gm;
const ROW = /^\| `([A-Z0-9_]+)` \|/gm;

/** A source file that may declare codes. */
export interface CodeSource {
  readonly file: string;
  readonly text: string;
}

/**
 * @param sources `*.errors.ts` files (and the list of rejections)
 * @param index text of docs/ERRORS.md
 */
export const errorIndexFindings = (
  sources: readonly CodeSource[],
  index: string,
): readonly Finding[] => {
  const declared = new Map<string, string>();
  const findings: Finding[] = [];
  for (const { file, text } of sources) {
    for (const match of text.matchAll(DECLARATION)) {
      const code = match[1] ?? match[2] ?? '';
      const earlier = declared.get(code);
      if (earlier !== undefined) {
        findings.push({ file, message: `code ${code} is declared in ${earlier} already` });
      }
      declared.set(code, file);
    }
  }
  const documented = [...index.matchAll(ROW)].map((match) => match[1] ?? '');
  const known = new Set(documented);
  for (const [code, file] of declared) {
    if (!known.has(code)) findings.push({ file, message: `${code} has no row in docs/ERRORS.md` });
  }
  for (const code of new Set(documented)) {
    if (!declared.has(code)) {
      findings.push({ file: 'docs/ERRORS.md', message: `${code} is declared nowhere` });
    }
    if (documented.filter((other) => other === code).length > 1) {
      findings.push({ file: 'docs/ERRORS.md', message: `${code} has two rows` });
    }
  }
  return findings;
};
