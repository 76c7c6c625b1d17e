/**
 * A domain for tests: counters that only grow, up to a limit, with items that expire.
 */
import type { TopicSpec } from '@millrace/event-log';
import type {
  AggregateType,
  DecideContext,
  Decision,
  DomainEvent,
  VersionedRow,
} from '../aggregate';

/** Commands of a counter. */
export type CounterCommand =
  /** Adds; refused (COUNTER_FULL) when the total would exceed 1,000. Not idempotent by itself. */
  | { readonly type: 'counter.add'; readonly amount: number }
  /** Adds 1 once per item id; idempotent by nature. */
  | { readonly type: 'counter.put-item'; readonly itemId: string; readonly expiresAtMs?: number }
  /** What the owner gives itself when an item falls due. */
  | { readonly type: 'counter.expire-item'; readonly itemId: string }
  /** Several events at once. */
  | { readonly type: 'counter.add-each'; readonly amounts: readonly number[] }
  /** Throws in the decider. */
  | { readonly type: 'counter.break' };

interface ItemPut {
  readonly counterId: string;
  readonly itemId: string;
  readonly expiresAtMs?: number;
}

/** Events of a counter. */
export type CounterEvent =
  | DomainEvent<'counter.added', { readonly amount: number }>
  | DomainEvent<'counter.item-put', ItemPut>
  | DomainEvent<'counter.item-expired', { readonly itemId: string }>;

/** The root row, or the row of an item (key `<counterId>/<itemId>`). */
export type CounterRow =
  | (VersionedRow & { readonly kind: 'counter'; readonly total: number })
  | (VersionedRow & {
      readonly kind: 'item';
      readonly counterId: string;
      readonly itemId: string;
      readonly expiresAtMs?: number;
      readonly expired: boolean;
    });

/** Highest total. */
export const COUNTER_LIMIT = 1_000;

/** The aggregate type `counter`, on the topics `counter-events` and `counter-state`. */
export const counterAggregate: AggregateType<CounterCommand, CounterEvent, CounterRow> = {
  name: 'counter',
  eventsTopic: 'counter-events',
  stateTopic: 'counter-state',
  rowKeys: (id, command) => ('itemId' in command ? [id, `${id}/${command.itemId}`] : [id]),
  decide: decideCounter,
  fold: foldCounter,
  due: (row) =>
    row.kind === 'item' && row.expiresAtMs !== undefined && !row.expired
      ? {
          atMs: row.expiresAtMs,
          aggregateId: row.counterId,
          command: { type: 'counter.expire-item', itemId: row.itemId },
        }
      : undefined,
};

/** The topics of the domain and its results. */
export const counterTopics = (lanes: number): readonly TopicSpec[] => [
  { name: 'counter-events', partitions: lanes, cleanup: 'delete', retentionMs: -1 },
  { name: 'counter-state', partitions: lanes, cleanup: 'compact', retentionMs: -1 },
  {
    name: 'command-results',
    partitions: lanes,
    cleanup: 'compact,delete',
    retentionMs: 86_400_000,
  },
];

function decideCounter(
  rows: readonly (CounterRow | undefined)[],
  command: CounterCommand,
  { aggregateId: counterId, nowMs }: DecideContext,
): Decision<CounterEvent> {
  switch (command.type) {
    case 'counter.add':
      return added(rows, [command.amount], nowMs);
    case 'counter.add-each':
      return added(rows, command.amounts, nowMs);
    case 'counter.put-item': {
      if (rows[1] !== undefined) return { kind: 'unchanged' };
      const { itemId, expiresAtMs } = command;
      const expiry = expiresAtMs === undefined ? {} : { expiresAtMs };
      const data = { counterId, itemId, ...expiry };
      return accepted({ type: 'counter.item-put', occurredAtMs: nowMs, data });
    }
    case 'counter.expire-item': {
      const item = rows[1];
      if (item?.kind !== 'item' || item.expired) return { kind: 'unchanged' };
      const { itemId } = item;
      return accepted({ type: 'counter.item-expired', occurredAtMs: nowMs, data: { itemId } });
    }
    default:
      throw new Error('the decider is broken');
  }
}

const accepted = (event: CounterEvent): Decision<CounterEvent> => ({
  kind: 'accepted',
  events: [event],
});

const added = (
  rows: readonly (CounterRow | undefined)[],
  amounts: readonly number[],
  nowMs: number,
): Decision<CounterEvent> => {
  const sum = amounts.reduce((total, amount) => total + amount, totalOf(rows[0]));
  if (sum > COUNTER_LIMIT) {
    return { kind: 'rejected', code: 'COUNTER_FULL', detail: `the total would be ${sum}` };
  }
  return {
    kind: 'accepted',
    events: amounts.map((amount) => ({
      type: 'counter.added',
      occurredAtMs: nowMs,
      data: { amount },
    })),
  };
};

function foldCounter(
  rows: readonly (CounterRow | undefined)[],
  event: CounterEvent,
  version: number,
): readonly (CounterRow | undefined)[] {
  const total = totalOf(rows[0]);
  switch (event.type) {
    case 'counter.added':
      return [{ kind: 'counter', total: total + event.data.amount, version }, ...rows.slice(1)];
    case 'counter.item-put': {
      const item = { kind: 'item', ...event.data, expired: false, version } as const;
      return [{ kind: 'counter', total: total + 1, version }, item];
    }
    default: {
      const item = rows[1];
      const expired = item?.kind === 'item' ? { ...item, expired: true, version } : item;
      return [{ kind: 'counter', total, version }, expired];
    }
  }
}

const totalOf = (row: CounterRow | undefined): number => (row?.kind === 'counter' ? row.total : 0);
