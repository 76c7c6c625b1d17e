/**
 * Events of `card-events` out of their records, by type: what a view does not count is never
 * parsed.
 */
import type { LogRecord } from '@millrace/event-log';
import { EnvelopeInvalidError, isBarrier } from '@millrace/event-sourcing';
import {
  type CardEvent,
  type CardEventType,
  isCardEvent,
  isCardEventType,
} from '@millrace/payments';
import { requireKnownSchema } from './schema-version';

/** The card events of some types. */
export type CardEventOf<Type extends CardEventType> = Extract<CardEvent, { readonly type: Type }>;

/**
 * Reader of some types of event; it gives undefined for a barrier and for the other types.
 *
 * The reader throws EnvelopeVersionError (newer release) and EnvelopeInvalidError (a header is
 * missing or wrong, the type is unknown to this release, the value is no event).
 */
export const cardEventReader = <const Type extends CardEventType>(types: readonly Type[]) => {
  const wanted: ReadonlySet<string> = new Set(types);
  const isWanted = (event: CardEvent): event is CardEventOf<Type> => wanted.has(event.type);
  return (record: LogRecord): CardEventOf<Type> | undefined => {
    if (isBarrier(record)) return undefined;
    requireKnownSchema(record);
    const type = record.headers['ce_type'] ?? '';
    if (!wanted.has(type)) {
      if (isCardEventType(type)) return undefined;
      throw new EnvelopeInvalidError('the type of an event of card-events is not known');
    }
    const event = { type, occurredAtMs: eventTime(record), data: parsedData(record.value) };
    if (isCardEvent(event) && isWanted(event)) return event;
    throw new EnvelopeInvalidError('the data of an event of card-events are no event of a card');
  };
};

const eventTime = (record: LogRecord): number => {
  const timeMs = Date.parse(record.headers['ce_time'] ?? '');
  if (Number.isNaN(timeMs)) throw new EnvelopeInvalidError('header ce_time is no RFC 3339 time');
  return timeMs;
};

const parsedData = (value: Buffer | null): unknown => {
  if (value === null) throw new EnvelopeInvalidError('an event of card-events has no value');
  try {
    return JSON.parse(value.toString('utf8'));
  } catch (cause) {
    throw new EnvelopeInvalidError('the value of an event of card-events is no JSON', cause);
  }
};
