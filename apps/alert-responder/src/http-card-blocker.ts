/**
 * Blocks cards by HTTP: `POST /v1/cards/{cardId}/block` of command-api.
 */
import { CommandInFlightError } from '@millrace/event-sourcing';
import type { CardBlock } from '@millrace/fraud';
import { formatRfc3339 } from '@millrace/payments';
import { z } from 'zod';
import { CommandApiUnavailableError } from './alert-responder.errors';
import type { BlockAnswer, CardBlocker } from './card-blocker.port';

const REQUEST_LIMIT_MS = 5_000;
const problem = z.object({ code: z.string().min(1).max(100) });

/** The adapter between processes. Idempotency-Key is the alert's id. */
export class HttpCardBlocker implements CardBlocker {
  /** @param commandUrl address of command-api, with or without a slash at its end */
  constructor(
    private readonly commandUrl: string,
    private readonly fetchFrom: typeof fetch = fetch,
  ) {}

  /**
   * One attempt, at most 5 s.
   *
   * @throws CommandApiUnavailableError network, 408, 429, 5xx, or the same command is in flight
   */
  async block(block: CardBlock, signal: AbortSignal): Promise<BlockAnswer> {
    const answer = await this.#send(block, signal);
    if (answer.ok) {
      await answer.body?.cancel();
      return { kind: 'blocked' };
    }
    const code = await problemCode(answer);
    if (isPassing(answer.status) || code === CommandInFlightError.code) {
      throw new CommandApiUnavailableError(code);
    }
    return { kind: 'refused', code };
  }

  async #send({ cardId, alertId, command }: CardBlock, signal: AbortSignal): Promise<Response> {
    const base = this.commandUrl.replace(/\/+$/, '');
    const { reason, notAfterMs } = command;
    try {
      return await this.fetchFrom(`${base}/v1/cards/${encodeURIComponent(cardId)}/block`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': alertId },
        body: JSON.stringify({ reason, alertId, notAfter: formatRfc3339(notAfterMs) }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_LIMIT_MS)]),
      });
    } catch (cause) {
      throw new CommandApiUnavailableError('the request failed', cause);
    }
  }
}

const isPassing = (status: number): boolean => status === 408 || status === 429 || status >= 500;

// An answer that is no problem of ours (a proxy's page) goes by its status.
const problemCode = async (answer: Response): Promise<string> => {
  const fallback = `HTTP_${answer.status}`;
  try {
    const parsed = problem.safeParse(await answer.json());
    return parsed.success ? parsed.data.code : fallback;
  } catch {
    return fallback;
  }
};
