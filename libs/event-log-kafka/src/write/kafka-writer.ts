/**
 * A transactional writer on Kafka: one transactional id, one epoch. Opening it fences its
 * predecessor; any doubt ends it, and its user opens a new one (decision 0008).
 */
import {
  checkWriterId,
  LogClosedError,
  LogUnavailableError,
  type TransactionalWriter,
  WriterBusyError,
  WriterFencedError,
} from '@millrace/event-log';
import { initProducerIdCall, type ProducerIdentity } from '../wire/transaction-calls';
import { type KafkaTransaction, OpenTransaction } from './kafka-transaction';
import { Outbox } from './outbox';
import { TransactionRequests } from './transaction-requests';
import { isBusy, isFenced, mayAskCoordinatorAgain, nothingKept } from './write-failures';
import { type WriterState, writerAfter } from './writer-state';
import type { WritingParts } from './writing-cluster.port';

/** Producer epochs are below this: a producer id has so many of them. */
const EPOCHS_PER_ID = 32_768;

/** Whose writer is opened. */
export interface KafkaWriterOptions {
  /** 1 to 200 characters; the transactional id is the same, in the log's namespace. */
  readonly writerId: string;
  /** Called once, when the writer has closed. */
  readonly onClose?: (writer: KafkaWriter) => void;
}

/**
 * Opens the writer of an id. When the promise resolves, the predecessor's transaction is committed
 * or aborted, readers see it so, and the predecessor can commit no more.
 *
 * @throws InvalidRecordError the id
 * @throws LogUnavailableError no coordinator let it in within `limits.operationTimeoutMs`
 * @throws KafkaRefusedError, KafkaAuthenticationError, KafkaTlsError, LogClosedError
 */
export const openKafkaWriter = async (
  parts: WritingParts,
  { writerId, onClose }: KafkaWriterOptions,
): Promise<KafkaWriter> => {
  checkWriterId(writerId);
  const startedMs = performance.now();
  const transactionalId = parts.names.physical(writerId);
  const identity = await takeOver(parts, writerId, transactionalId);
  const tookMs = performance.now() - startedMs;
  parts.cluster.observer.event({ kind: 'writer-opened', writerId, tookMs });
  return new KafkaWriter(parts, { writerId, transactionalId, identity, onClose });
};

/** What a writer is made of. */
interface WriterIdentity {
  readonly writerId: string;
  readonly transactionalId: string;
  readonly identity: ProducerIdentity;
  readonly onClose: ((writer: KafkaWriter) => void) | undefined;
}

/** See the top of the file. */
export class KafkaWriter implements TransactionalWriter {
  readonly writerId: string;
  /**
   * Producer id × 32,768 + producer epoch; a safe integer. Rises with each `openWriter`, but for
   * two cases in which the coordinator takes a new producer id that may be lower: after 32,766
   * openings, and when the id was idle for `transactional.id.expiration.ms` (7 days unless set).
   */
  readonly epoch: number;
  readonly #parts: WritingParts;
  readonly #own: WriterIdentity;
  readonly #outbox: Outbox;
  readonly #requests: TransactionRequests;
  #state: WriterState = 'idle';
  #open: OpenTransaction | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: WritingParts, own: WriterIdentity) {
    const { writerId, transactionalId, identity } = own;
    this.writerId = writerId;
    this.epoch = identity.producerId * EPOCHS_PER_ID + identity.producerEpoch;
    this.#parts = parts;
    this.#own = own;
    this.#outbox = new Outbox(parts);
    this.#requests = new TransactionRequests({
      cluster: parts.cluster,
      identity: { transactionalId, ...identity },
      writerId,
    });
  }

  /**
   * @throws WriterBusyError a transaction is open or in doubt; WriterFencedError; LogClosedError
   * @throws LogUnavailableError the last transaction ended well, but an answer on its way was lost:
   *   open the writer anew
   */
  begin(): KafkaTransaction {
    this.#checkIdle();
    const { transactionalId, identity } = this.#own;
    this.#enter('open');
    this.#open = new OpenTransaction({
      parts: this.#parts,
      cluster: this.#parts.cluster,
      writerId: this.writerId,
      epoch: this.epoch,
      identity: { transactionalId, ...identity },
      outbox: this.#outbox,
      requests: this.#requests,
      onEnded: () => this.#ended(),
      onFenced: () => this.#fenced(),
      onDoubt: (error) => this.#doubt(error),
    });
    return this.#open;
  }

  close(): Promise<void> {
    this.#enter('closed');
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#open?.abandon();
    this.#own.onClose?.(this);
  }

  #checkIdle(): void {
    const { writerId, epoch } = this;
    switch (this.#state) {
      case 'idle':
        return;
      case 'open':
        throw new WriterBusyError(writerId, 'a transaction is open');
      case 'fenced':
        throw new WriterFencedError(writerId, epoch);
      case 'in-doubt':
        throw new WriterBusyError(writerId, 'a request is in doubt: open the writer anew');
      case 'spent':
        throw this.#spentError();
      case 'closed':
        throw new LogClosedError();
    }
  }

  #ended(): void {
    this.#open = undefined;
    this.#enter(this.#requests.isSpent ? 'spent' : 'idle');
    if (this.#state === 'spent') this.#tell(this.#spentError());
  }

  #fenced(): void {
    this.#enter('fenced');
    this.#parts.cluster.observer.event({ kind: 'writer-fenced', writerId: this.writerId });
  }

  #doubt(error: Error): void {
    this.#enter('in-doubt');
    this.#tell(error);
  }

  #tell(error: Error): void {
    const { writerId } = this;
    this.#parts.cluster.observer.event({ kind: 'writer-in-doubt', writerId, error });
  }

  #spentError(): LogUnavailableError {
    const what = `a further transaction of writer ${this.writerId} (an answer was lost: open it anew)`;
    return new LogUnavailableError(what);
  }

  #enter(wanted: WriterState): void {
    this.#state = writerAfter(this.#state, wanted);
  }
}

const takeOver = async (
  { cluster }: WritingParts,
  writerId: string,
  transactionalId: string,
): Promise<ProducerIdentity> => {
  const operation = `opening writer ${writerId}`;
  const { transactionTimeoutMs } = cluster.limits;
  const to = { kind: 'transaction', key: transactionalId } as const;
  try {
    return await cluster.retrying({
      operation,
      attempt: () =>
        cluster.sendToCoordinator(to, initProducerIdCall(transactionalId, transactionTimeoutMs)),
      judge: (error) => {
        // The predecessor's transaction is being ended; or another opening came between.
        if (isBusy(error) || isFenced(error)) return 'retry-soon';
        return mayAskCoordinatorAgain(error) ? 'retry' : 'fail';
      },
    });
  } catch (error) {
    throw nothingKept(operation, error);
  }
};
