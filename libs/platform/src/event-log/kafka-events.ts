/**
 * What the log on Kafka tells about itself, as log lines with stable codes and as counters.
 */
import type { Finding, KafkaEvent, KafkaObserver } from '@millrace/event-log-kafka';
import type { ServiceLog } from '../logging/service-log.port';
import type { Metrics } from '../metrics/metrics';
import { kafkaCounters, kindOfOperation, lineOf } from './kafka-event-lines';

/** Where it goes. */
export interface EventSinks {
  readonly log: ServiceLog;
  readonly metrics: Metrics;
}

/** Kept until somebody listens: the log is opened before the app that has lines and counters. */
const MAX_EARLY = 1_000;

/** An observer for `openKafkaLog`. */
export class KafkaEvents implements KafkaObserver {
  #early: KafkaEvent[] = [];
  #dropped = 0;
  #sinks: EventSinks | undefined;

  event(event: KafkaEvent): void {
    if (this.#sinks !== undefined) tell(event, this.#sinks);
    else if (this.#early.length < MAX_EARLY) this.#early.push(event);
    else this.#dropped += 1;
  }

  /** From now on events go there; those kept so far, and the findings of the start, at once. */
  tellTo(sinks: EventSinks, findings: readonly Finding[]): void {
    this.#sinks = sinks;
    registerAll(sinks.metrics);
    for (const event of this.#early) tell(event, sinks);
    this.#early = [];
    if (this.#dropped > 0) {
      const fields = { dropped: this.#dropped };
      sinks.log.warn('KAFKA_EVENTS_DROPPED', 'events of the start were not kept', fields);
    }
    for (const { code, severity, subject, found, wanted, reason, cure } of findings) {
      const fields = { finding: code, severity, subject, found, wanted, cure };
      sinks.log.warn('KAFKA_FINDING', `${subject}: ${reason}`, fields);
    }
  }
}

const tell = (event: KafkaEvent, { log, metrics }: EventSinks): void => {
  const { level, event: code, message, fields } = lineOf(event);
  log[level](code, message, fields);
  if (!isCounted(event.kind)) return;
  const counter = counterOf(metrics, event.kind);
  if (event.kind === 'retry') counter.inc({ operation: kindOfOperation(event.operation) });
  else counter.inc();
};

// A counter that is 0 tells more than one that is not there.
const registerAll = (metrics: Metrics): void => {
  for (const kind of Object.keys(kafkaCounters)) if (isCounted(kind)) counterOf(metrics, kind);
};

type CountedKind = keyof typeof kafkaCounters;

const isCounted = (kind: string): kind is CountedKind => Object.hasOwn(kafkaCounters, kind);

const counterOf = (metrics: Metrics, kind: CountedKind) => {
  const [name, help] = kafkaCounters[kind];
  return metrics.counter({ name, help, labels: kind === 'retry' ? ['operation'] : [] });
};
