/**
 * Problem details: the one shape in which every refusal leaves over HTTP.
 */
import { CodedError } from '@millrace/event-log';

/** A kind of problem: the code never changes its meaning, the title never the wording by request. */
export interface ProblemKind {
  readonly code: string;
  /** HTTP status, 400 to 599. */
  readonly status: number;
  readonly title: string;
}

/** Gives each entry of a table of problems its key as its code. */
export const problemKinds = <K extends string>(
  table: Readonly<Record<K, Omit<ProblemKind, 'code'>>>,
): Readonly<Record<K, ProblemKind>> => {
  const kinds: Partial<Record<K, ProblemKind>> = {};
  const isComplete = (some: Partial<Record<K, ProblemKind>>): some is Record<K, ProblemKind> =>
    Object.keys(some).length === Object.keys(table).length;
  for (const code in table) kinds[code] = { code, ...table[code] };
  if (!isComplete(kinds)) throw new TypeError('a table of problems lost an entry');
  return Object.freeze(kinds);
};

/** One thing that is wrong in a request. Never holds what the client sent. */
export interface ProblemItem {
  readonly in: 'body' | 'path' | 'query' | 'header';
  /** JSON pointer into that part; "" is all of it. */
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/** What goes over the wire, as `application/problem+json`. Source: RFC 9457. */
export interface Problem extends ProblemKind {
  /** `urn:millrace:problem:` and the code in lower case with dashes. */
  readonly type: string;
  readonly detail: string;
  /** Path of the request, without its query. */
  readonly instance: string;
  readonly traceId: string;
  /** At most 20. */
  readonly errors?: readonly ProblemItem[];
}

/** Extras of a problem. */
export interface ProblemOptions {
  readonly errors?: readonly ProblemItem[];
  /** Response headers: `Retry-After`, `Allow`, …. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** Thrown by whoever knows which problem it is; the filter writes it out. */
export class ProblemError extends CodedError {
  readonly errors: readonly ProblemItem[];
  readonly headers: Readonly<Record<string, string>>;

  /** @param detail for the caller to read; holds nothing of the payload */
  constructor(
    readonly kind: ProblemKind,
    detail: string,
    options: ProblemOptions = {},
  ) {
    super(kind.code, detail, { retryable: kind.status === 503, cause: options.cause });
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }
}

/** URI of a problem's type. */
export const problemType = (code: string): string =>
  `urn:millrace:problem:${code.toLowerCase().replaceAll('_', '-')}`;
