/**
 * Requests of one writer about its transactions, to the coordinators of its id and of groups, each
 * tried again under a deadline. All of them can be repeated within a transaction without harm.
 *
 * An answer that was lost is another matter for the transaction after it: the request may arrive
 * late, and would act on that one (KIP-890). So `isSpent` says whether the epoch may be used on.
 */
import { pause } from '../cluster/retrying';
import type { ApiCall } from '../wire/api-call';
import type { CoordinatorKind, TopicPartitions } from '../wire/cluster-calls';
import {
  addOffsetsToTxnCall,
  addPartitionsToTxnCall,
  endTxnCall,
  type TopicOffsets,
  type TransactionIdentity,
  txnOffsetCommitCall,
} from '../wire/transaction-calls';
import { isBusy, isFenced, isLost, mayAskCoordinatorAgain, mayHaveDecided } from './write-failures';
import type { WritingCluster } from './writing-cluster.port';

/** Whose requests these are. */
export interface TransactionRequestsOptions {
  readonly cluster: WritingCluster;
  readonly identity: TransactionIdentity;
  /** As the port knows it. */
  readonly writerId: string;
}

/** How the end of a transaction went. */
export type EndOutcome =
  /** It was ended as wanted, and its markers are written: readers see its end. */
  | { readonly kind: 'ended' }
  /** It certainly was not ended by these requests. */
  | { readonly kind: 'not-ended'; readonly error: unknown }
  | { readonly kind: 'unknown'; readonly error: unknown };

/** Where a request goes and how it is named. */
interface Question {
  readonly operation: string;
  readonly to: { readonly kind: CoordinatorKind; readonly key: string };
  readonly call: ApiCall<void>;
  readonly signal?: AbortSignal;
}

/** See the top of the file. */
export class TransactionRequests {
  readonly #cluster: WritingCluster;
  readonly #identity: TransactionIdentity;
  readonly #writerId: string;
  #isSpent = false;

  constructor({ cluster, identity, writerId }: TransactionRequestsOptions) {
    this.#cluster = cluster;
    this.#identity = identity;
    this.#writerId = writerId;
  }

  /** Whether a request may still be under way that would act on a further transaction. */
  get isSpent(): boolean {
    return this.#isSpent;
  }

  /** These take part from now on. @throws RequestFailedError, KafkaUnreachableError and the like */
  addPartitions(topics: readonly TopicPartitions[], signal: AbortSignal): Promise<void> {
    return this.#ask({
      operation: `adding partitions to a transaction of writer ${this.#writerId}`,
      to: this.#own,
      call: addPartitionsToTxnCall(this.#identity, topics),
      signal,
    });
  }

  /** These become the group's positions when the transaction commits. @throws as `addPartitions` */
  async commitOffsets(
    groupId: string,
    topics: readonly TopicOffsets[],
    signal: AbortSignal,
  ): Promise<void> {
    const operation = `adding positions to a transaction of writer ${this.#writerId}`;
    await this.#ask({
      operation,
      to: this.#own,
      call: addOffsetsToTxnCall(this.#identity, groupId),
      signal,
    });
    await this.#ask({
      operation,
      to: { kind: 'group', key: groupId },
      call: txnOffsetCommitCall(this.#identity, groupId, topics),
      signal,
    });
  }

  /**
   * Ends the transaction, and waits until readers see it: an EndTxn is answered before the markers
   * are written; repeated, it is answered with CONCURRENT_TRANSACTIONS until they are.
   */
  async end(commit: boolean): Promise<EndOutcome> {
    const verb = commit ? 'commit' : 'abort';
    let isDoubtful = false;
    try {
      await this.#cluster.retrying({
        operation: `${verb} of writer ${this.#writerId}`,
        attempt: () => this.#sendEnd(commit),
        judge: (error) => {
          if (isBusy(error)) return 'retry-soon';
          if (!mayAskCoordinatorAgain(error)) return 'fail';
          // A coordinator that could not replicate its decision answers so too: it may hold.
          isDoubtful ||= mayHaveDecided(error);
          return 'retry';
        },
      });
    } catch (error) {
      const isUnknown = isDoubtful || mayHaveDecided(error);
      return { kind: isUnknown ? 'unknown' : 'not-ended', error };
    }
    return this.#settled(commit);
  }

  /** One try to abort, as a courtesy to readers: its failure is the broker's timeout's to mend. */
  async abortOnce(): Promise<void> {
    try {
      await this.#sendEnd(false);
    } catch {
      // The next owner of the id, or the transaction's timeout, ends it.
    }
  }

  async #settled(commit: boolean): Promise<EndOutcome> {
    try {
      await this.#cluster.retrying({
        operation: `end of a transaction of writer ${this.#writerId}`,
        attempt: () => this.#untilMarked(commit),
        judge: (error) => (mayAskCoordinatorAgain(error) ? 'retry' : 'fail'),
      });
    } catch (error) {
      // A successor is let in only after the markers are written.
      if (!isFenced(error)) return { kind: 'unknown', error };
    }
    return { kind: 'ended' };
  }

  // Waiting for the markers is no retry: every commit does it, for some ms.
  async #untilMarked(commit: boolean): Promise<void> {
    const { operationTimeoutMs, retryPauseMs } = this.#cluster.limits;
    const endMs = performance.now() + operationTimeoutMs;
    for (;;) {
      await pause(retryPauseMs);
      try {
        return await this.#sendEnd(commit);
      } catch (error) {
        if (!isBusy(error) || performance.now() >= endMs) throw error;
      }
    }
  }

  #sendEnd(commit: boolean): Promise<void> {
    return this.#send({ to: this.#own, call: endTxnCall(this.#identity, commit) });
  }

  #ask({ operation, to, call, signal }: Question): Promise<void> {
    return this.#cluster.retrying({
      operation,
      ...(signal === undefined ? {} : { signal }),
      attempt: () => this.#send({ to, call }),
      judge: (error) => {
        if (isBusy(error)) return 'retry-soon';
        return mayAskCoordinatorAgain(error) ? 'retry' : 'fail';
      },
    });
  }

  async #send({ to, call }: Pick<Question, 'to' | 'call'>): Promise<void> {
    try {
      await this.#cluster.sendToCoordinator(to, call);
    } catch (error) {
      if (isLost(error)) this.#isSpent = true;
      throw error;
    }
  }

  get #own(): Question['to'] {
    return { kind: 'transaction', key: this.#identity.transactionalId };
  }
}
