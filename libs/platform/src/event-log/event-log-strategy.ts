/**
 * The event log as a Nest transport: handlers get whole batches, and the transport's life cycle is
 * that of the consumers registered with it.
 *
 * Nest's own Kafka transport hands over single records, commits by itself and hides positions, so
 * nothing exactly-once can be built on it. Here a consumer owns its reader, positions and retries;
 * the strategy only starts it, passes its batches to the handler of its pattern, and stops it.
 */
import { type ArgumentsHost, Catch, type RpcExceptionFilter } from '@nestjs/common';
import { BaseRpcContext, type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { lastValueFrom, type Observable, throwError } from 'rxjs';
import { StrategyWiringError } from './event-log-strategy.errors';

/** Passes one batch to the handler; rejects with what the handler threw. */
export type Deliver = (batch: unknown) => Promise<void>;

/** Something that reads lanes of the log: a projector, a responder, a topology. */
export interface LaneConsumer {
  /** Its name, and the pattern of its handler (`@EventPattern(pattern)`). */
  readonly pattern: string;
  /** Whether batches go to a handler, or the consumer handles them by itself. */
  readonly handledBy: 'handler' | 'consumer';
  /** Resolves when it consumes. `deliver` rejects when the handler failed: the batch stays. */
  start(deliver: Deliver): Promise<void>;
  /** Ends the batch in hand, commits, leaves. Idempotent. */
  stop(): Promise<void>;
}

/** Where the transport stands. */
export type StrategyStatus = 'starting' | 'consuming' | 'stopping' | 'stopped';

/** Nest transport strategy over lane consumers. */
export class EventLogStrategy
  extends Server<Record<string, () => void>, StrategyStatus>
  implements CustomTransportStrategy
{
  override readonly transportId = Symbol('event-log');
  readonly #consumers: readonly LaneConsumer[];
  #started: readonly LaneConsumer[] = [];

  /** @param consumers started in this order, stopped in reverse */
  constructor(consumers: readonly LaneConsumer[]) {
    super();
    this.#consumers = consumers;
  }

  /** Starts every consumer; when one fails, those that run are stopped again. */
  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      this.#checkWiring();
      this._status$.next('starting');
      for (const consumer of this.#consumers) {
        this.#started = [consumer, ...this.#started];
        await consumer.start((batch) => this.#deliver(consumer.pattern, batch));
      }
      this._status$.next('consuming');
      callback();
    } catch (error) {
      await this.close();
      callback(error);
    }
  }

  /** Stops all, each even if another one fails; rejects with the first failure. */
  async close(): Promise<void> {
    this._status$.next('stopping');
    const running = this.#started;
    this.#started = [];
    const failures: unknown[] = [];
    for (const consumer of running) {
      await consumer.stop().catch((error: unknown) => failures.push(error));
    }
    this._status$.next('stopped');
    if (failures.length > 0) throw failures[0];
  }

  /** There are no events beside `status`. */
  override on(): void {}

  /** The consumers. */
  override unwrap<T>(): T;
  override unwrap(): readonly LaneConsumer[] {
    return this.#consumers;
  }

  #checkWiring(): void {
    const wanted = new Set<string>();
    for (const { pattern, handledBy } of this.#consumers) {
      if (handledBy === 'handler') wanted.add(pattern);
      if (handledBy === 'handler' && this.getHandlerByPattern(pattern) === null) {
        throw new StrategyWiringError(pattern, 'handler');
      }
    }
    for (const pattern of this.messageHandlers.keys()) {
      if (!wanted.has(pattern)) throw new StrategyWiringError(pattern, 'consumer');
    }
  }

  async #deliver(pattern: string, batch: unknown): Promise<void> {
    const handler = this.getHandlerByPattern(pattern);
    if (handler === null) throw new StrategyWiringError(pattern, 'handler');
    const answer: unknown = await handler(batch, new BaseRpcContext([pattern]));
    // Errors of a handler are in the stream, not in the promise: it has to be read to its end.
    await lastValueFrom(this.transformToObservable(answer), { defaultValue: undefined });
  }
}

/**
 * Global filter of microservices on this transport: the consumer gets the very error that the
 * handler threw. Without it Nest turns every error into "Internal server error".
 */
@Catch()
export class PassErrorFilter implements RpcExceptionFilter<unknown> {
  catch(error: unknown, _host: ArgumentsHost): Observable<never> {
    return throwError(() => error);
  }
}
