/**
 * The events of one card, read from its lane of the log.
 */
import {
  EVENT_LOG,
  type EventLog,
  type LogReader,
  type LogRecord,
  partitionFor,
} from '@millrace/event-log';
import { type CommandRuntime, decodeEvent } from '@millrace/event-sourcing';
import { type CardRow, formatRfc3339, topicNames } from '@millrace/payments';
import { CONFIG, type Config, ProblemError } from '@millrace/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { commandProblems } from '../command/command-api.errors';
import { missingCard } from '../command/missing-resource';
import { COMMAND_RUNTIME } from '../runtime/command-runtime.port';
import type { historySchema } from './card-operations';

/** A page of a card's history. */
export type HistoryPage = z.output<typeof historySchema>;

type HistoryItem = HistoryPage['items'][number];

/** Records of the lane that one request looks at, at most; then the page ends with a cursor. */
const MAX_SCANNED = 100_000;

/** How long one request waits for a log over a network, ms; then the page ends with a cursor. */
const MAX_WAIT_MS = 1_000;

/** Reads histories by scanning the card's lane: the log has no index by card. */
@Injectable()
export class CardHistory {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(COMMAND_RUNTIME) private readonly runtime: CommandRuntime,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Events of the card, oldest first.
   *
   * @throws ProblemError CARD_NOT_FOUND (404), CURSOR_INVALID (400)
   */
  async page(
    cardId: string,
    query: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<HistoryPage> {
    const card = this.runtime.read<CardRow>('card', cardId);
    if (card === undefined) throw missingCard();
    const lane = partitionFor(cardId, this.config.lanes);
    const at = { topic: topicNames.cardEvents, partition: lane };
    const [range] = await this.log.offsets([at]);
    const first = query.cursor === undefined ? range?.startOffset : offsetOf(query.cursor);
    if (range === undefined || first === undefined || first > range.endOffset) {
      throw new ProblemError(commandProblems.CURSOR_INVALID, 'the cursor is not one of this list');
    }
    const reader = await this.log.openReader([{ ...at, offset: first }]);
    try {
      const wanted = { cardId, limit: query.limit, lastVersion: card.version };
      return await scan(reader, { ...wanted, first, endOffset: range.endOffset });
    } finally {
      await reader.close();
    }
  }
}

interface Scan {
  readonly cardId: string;
  readonly limit: number;
  /** Of the card: its last event. */
  readonly lastVersion: number;
  readonly first: number;
  readonly endOffset: number;
}

const scan = async (reader: LogReader, wanted: Scan): Promise<HistoryPage> => {
  const key = Buffer.from(wanted.cardId, 'utf8');
  const items: HistoryItem[] = [];
  let next = wanted.first;
  for (let scanned = 0; next < wanted.endOffset && scanned < MAX_SCANNED; ) {
    const batches = await reader.poll({ maxWaitMs: MAX_WAIT_MS });
    if (batches.length === 0) break;
    for (const batch of batches) {
      for (const record of batch.records) {
        const item = record.key?.equals(key) === true ? itemOf(record) : undefined;
        if (item === undefined) continue;
        items.push(item);
        if (item.version >= wanted.lastVersion) return { items };
        if (items.length === wanted.limit) return { items, next: cursorOf(record.offset + 1) };
      }
      scanned += batch.records.length;
      next = batch.nextOffset;
    }
  }
  return next < wanted.endOffset ? { items, next: cursorOf(next) } : { items };
};

const itemOf = (record: LogRecord): HistoryItem | undefined => {
  const event = decodeEvent(record);
  if (event === undefined) return undefined;
  return {
    id: event.id,
    type: event.type,
    version: event.version,
    occurredAt: formatRfc3339(event.timeMs),
    recordedAt: formatRfc3339(record.timestampMs),
    source: event.source,
    data: event.data,
  };
};

const cursorOf = (offset: number): string => Buffer.from(`h1.${offset}`).toString('base64url');

const offsetOf = (cursor: string): number | undefined => {
  const digits = /^h1\.(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'))?.[1];
  return digits === undefined ? undefined : Number(digits);
};
