/** Waits until a condition holds, by asking again and again under a deadline. */

/** How to ask. */
export interface Polling {
  /** What is waited for; part of the error's text. */
  readonly what: string;
  /** Time until giving up, ms. */
  readonly deadlineMs: number;
  /** Pause between two questions, ms; 50 when left out. */
  readonly everyMs?: number;
  /** More for the error's text, for example the end of a log. */
  readonly detail?: () => string;
}

/**
 * Asks until the answer is not undefined. An error of `ask` counts as "not yet"; a `GaveUpError`
 * ends the waiting at once.
 *
 * @throws GaveUpError when the deadline passes; it carries the last error as its cause
 */
export const poll = async <Answer>(
  ask: () => Promise<Answer | undefined>,
  { what, deadlineMs, everyMs = 50, detail = () => '' }: Polling,
): Promise<Answer> => {
  const end = performance.now() + deadlineMs;
  let last: unknown;
  do {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
      last = undefined;
    } catch (error) {
      if (error instanceof GaveUpError) throw error;
      last = error;
    }
    await new Promise((done) => setTimeout(done, everyMs));
  } while (performance.now() < end);
  const reason = last instanceof Error ? ` (${last.message})` : '';
  throw new GaveUpError(`${what}: not within ${deadlineMs} ms${reason}${detail()}`, last);
};

/** Waiting ended without an answer. */
export class GaveUpError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'GaveUpError';
  }
}
