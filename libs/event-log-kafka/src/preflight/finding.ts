/** One thing that is not as it should be, with what to do about it. */
import { type FindingCode, findingKinds, type Severity } from './finding-kinds.errors';

/** See the top of the file. */
export interface Finding {
  readonly code: FindingCode;
  /** 'refuse' stops the start unless the code is allowed. */
  readonly severity: Severity;
  /** `topic card-events`, `broker 2 (kafka-2:9092)`, `cluster`. */
  readonly subject: string;
  /** Setting and value as found, in Kafka's words. */
  readonly found: string;
  readonly wanted: string;
  readonly reason: string;
  /** A command, or a setting to change. */
  readonly cure: string;
}

/** What differs from one occurrence to the next. */
export interface Occurrence {
  readonly subject: string;
  readonly found: string;
  readonly wanted: string;
  readonly cure: string;
}

/** A finding of a kind. */
export const findingOf = (code: FindingCode, occurrence: Occurrence): Finding => {
  const { severity, reason } = findingKinds[code];
  return { code, severity, reason, ...occurrence };
};

/** Whether a text is a code of a finding. */
export const isFindingCode = (text: string): text is FindingCode =>
  Object.hasOwn(findingKinds, text);

/** Findings for people: each kind once with its reason, then what it was found at. */
export const findingLines = (findings: readonly Finding[]): readonly string[] => {
  const codes = [...new Set(findings.map(({ code }) => code))];
  return codes.flatMap((code) => {
    const found = findings.filter((finding) => finding.code === code);
    const [first] = found;
    const head = `${first?.severity === 'refuse' ? 'REFUSED' : 'warning'} ${code}: ${first?.reason}`;
    return [head, ...placesOf(found)];
  });
};

// What is the same at ten topics is said once.
const placesOf = (found: readonly Finding[]): readonly string[] => {
  const subjects = new Map<string, string[]>();
  for (const { subject, found: value, wanted, cure } of found) {
    const what = `${value}, wanted is ${wanted}; ${cure}`;
    subjects.set(what, [...(subjects.get(what) ?? []), subject]);
  }
  return [...subjects].map(([what, at]) => `  ${at.join(', ')}: ${what}`);
};
