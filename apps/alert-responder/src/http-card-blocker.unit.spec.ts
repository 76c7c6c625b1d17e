import type { CardBlock } from '@millrace/fraud';
import { CommandApiUnavailableError } from './alert-responder.errors';
import { HttpCardBlocker } from './http-card-blocker';

const block: CardBlock = {
  cardId: 'card:1',
  alertId: 'alr_1',
  command: {
    type: 'block-card',
    reason: 'many countries',
    alertId: 'alr_1',
    notAfterMs: Date.UTC(2025, 2, 1, 10, 10),
  },
};

const never = new AbortController().signal;

interface Sent {
  readonly url: string;
  readonly init: RequestInit | undefined;
}

const answering = (answer: () => Response): { sent: Sent[]; blocker: HttpCardBlocker } => {
  const sent: Sent[] = [];
  const send: typeof fetch = async (url, init) => {
    sent.push({ url: String(url), init });
    return answer();
  };
  return { sent, blocker: new HttpCardBlocker('http://127.0.0.1:8080/', send) };
};

const problem = (status: number, code: string) => () =>
  new Response(JSON.stringify({ type: 'urn:x', status, code, title: 't' }), { status });

describe('HttpCardBlocker', () => {
  it('posts the block with the alert as Idempotency-Key and an RFC 3339 end', async () => {
    const { sent, blocker } = answering(() => new Response('{}', { status: 200 }));
    await expect(blocker.block(block, never)).resolves.toEqual({ kind: 'blocked' });
    expect(sent).toHaveLength(1);
    expect(sent[0]?.url).toBe('http://127.0.0.1:8080/v1/cards/card%3A1/block');
    expect(sent[0]?.init).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'alr_1' },
    });
    expect(JSON.parse(String(sent[0]?.init?.body))).toEqual({
      reason: 'many countries',
      alertId: 'alr_1',
      notAfter: '2025-03-01T10:10:00.000Z',
    });
  });

  it.each([
    [409, 'BLOCK_EXPIRED'],
    [404, 'CARD_NOT_FOUND'],
    [422, 'OCCURRED_AT_IN_FUTURE'],
  ])('takes %d %s as a final refusal', async (status, code) => {
    const { blocker } = answering(problem(status, code));
    await expect(blocker.block(block, never)).resolves.toEqual({ kind: 'refused', code });
  });

  it.each([
    [503, 'OWNER_LANE_UNAVAILABLE'],
    [500, 'HTTP_INTERNAL'],
    [429, 'HTTP_TOO_MANY_REQUESTS'],
    [408, 'HTTP_TIMEOUT'],
    [409, 'OWNER_COMMAND_IN_FLIGHT'],
  ])('takes %d %s as no answer yet', async (status, code) => {
    const { blocker } = answering(problem(status, code));
    await expect(blocker.block(block, never)).rejects.toBeInstanceOf(CommandApiUnavailableError);
  });

  it('names a refusal without a problem by its status', async () => {
    const { blocker } = answering(() => new Response('<html>', { status: 403 }));
    await expect(blocker.block(block, never)).resolves.toEqual({
      kind: 'refused',
      code: 'HTTP_403',
    });
  });

  it('takes a failed connection as no answer yet', async () => {
    const refused: typeof fetch = async () => {
      throw new TypeError('fetch failed');
    };
    const blocker = new HttpCardBlocker('http://127.0.0.1:8080', refused);
    await expect(blocker.block(block, never)).rejects.toMatchObject({ retryable: true });
  });

  it('gives up a request that is under way when it is told to stop', async () => {
    const waiting: typeof fetch = (_url, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new Error('aborted')));
      });
    const stop = new AbortController();
    const answer = new HttpCardBlocker('http://127.0.0.1:8080', waiting).block(block, stop.signal);
    stop.abort();
    await expect(answer).rejects.toBeInstanceOf(CommandApiUnavailableError);
  });
});
