/**
 * The cluster as all parts of the adapter share it: metadata, coordinators, connections. Short
 * requests of the whole process share one connection per broker; long polls open a pool.
 */
import { LogClosedError, LogUnavailableError } from '@millrace/event-log';
import type { KafkaLimits } from '../kafka-options';
import type { KafkaObserver } from '../observer.port';
import type { ApiCall } from '../wire/api-call';
import { BrokerConnection, type ConnectionSettings } from '../wire/broker-connection';
import { type CoordinatorKind, findCoordinatorCall } from '../wire/cluster-calls';
import {
  KafkaAuthenticationError,
  KafkaClusterChangedError,
  KafkaTlsError,
  KafkaUnreachableError,
  RequestFailedError,
} from '../wire/request-failed.errors';
import { ClusterMetadata } from './cluster-metadata';
import { ConnectionPool } from './connection-pool';
import { type Retryable, retrying } from './retrying';

/** What a cluster is reached with. */
export interface ClusterSettings extends ConnectionSettings {
  /** `host:port` of one broker or more. */
  readonly brokers: readonly string[];
  readonly limits: KafkaLimits;
}

/** See the top of the file. */
export class KafkaCluster {
  readonly metadata: ClusterMetadata;
  readonly limits: KafkaLimits;
  readonly observer: KafkaObserver;
  readonly #settings: ClusterSettings;
  readonly #shared: ConnectionPool;
  readonly #pools = new Set<ConnectionPool>();
  readonly #coordinators = new Map<string, number>();
  /** Nodes that did not answer last, or were left by a coordinator: asked after all others. */
  readonly #doubtful = new Set<number>();
  readonly #bootstraps = new Map<string, BrokerConnection>();
  #closed = false;

  private constructor(settings: ClusterSettings) {
    this.#settings = settings;
    this.limits = settings.limits;
    this.observer = settings.observer;
    this.metadata = new ClusterMetadata((call) => this.sendToAny(call));
    this.#shared = this.openPool();
  }

  /**
   * Reaches the cluster and learns its brokers.
   * @throws KafkaUnreachableError, KafkaAuthenticationError, KafkaTlsError, KafkajsMismatchError
   */
  static async open(settings: ClusterSettings): Promise<KafkaCluster> {
    const cluster = new KafkaCluster(settings);
    try {
      await cluster.metadata.refresh();
      return cluster;
    } catch (error) {
      cluster.close();
      throw error;
    }
  }

  /** A pool of connections of its own, for long polls; close it when done. */
  openPool(): ConnectionPool {
    const pool = new ConnectionPool(this.#settings, (nodeId) => this.metadata.addressOf(nodeId));
    this.#pools.add(pool);
    return pool;
  }

  closePool(pool: ConnectionPool): void {
    this.#pools.delete(pool);
    pool.close();
  }

  /** To one node, over the shared connection. @throws RequestFailedError and connection errors */
  send<T>(nodeId: number, call: ApiCall<T>, timeoutMs?: number): Promise<T> {
    return this.#shared.send(nodeId, call, timeoutMs);
  }

  /**
   * To any broker that answers: known ones first, doubtful ones after them, then those of the
   * settings. A broker that stands still costs a request's whole time, so it is asked last.
   * @throws KafkaUnreachableError when none does; failures that another broker would repeat
   */
  async sendToAny<T>(call: ApiCall<T>): Promise<T> {
    let last: unknown;
    for (const nodeId of this.#nodesToAsk()) {
      try {
        const answer = await this.#shared.send(nodeId, call);
        this.#doubtful.delete(nodeId);
        return answer;
      } catch (error) {
        if (isFinal(error)) throw error;
        this.#doubtful.add(nodeId);
        last = error;
      }
    }
    for (const address of shuffled(this.#settings.brokers)) {
      try {
        return await (await this.#bootstrapTo(address)).send(call, this.limits.requestTimeoutMs);
      } catch (error) {
        if (isFinal(error)) throw error;
        last = error;
      }
    }
    throw new KafkaUnreachableError(this.#settings.brokers, last);
  }

  /**
   * Sends to the coordinator of a group or transactional id; looks for it when it is not known.
   * A failure that shows that it has moved makes the next call look again.
   */
  async sendToCoordinator<T>(
    at: { readonly kind: CoordinatorKind; readonly key: string },
    call: ApiCall<T>,
    pool: ConnectionPool = this.#shared,
  ): Promise<T> {
    const nodeId = await this.coordinatorOf(at.kind, at.key);
    try {
      return await pool.send(nodeId, call);
    } catch (error) {
      if (coordinatorMayHaveMoved(error)) this.forgetCoordinator(at.kind, at.key);
      throw error;
    }
  }

  /** Node id of a coordinator, from memory or asked for. */
  async coordinatorOf(kind: CoordinatorKind, key: string): Promise<number> {
    const known = this.#coordinators.get(`${kind}:${key}`);
    if (known !== undefined && this.metadata.addressOf(known) !== undefined) return known;
    const nodeId = await this.sendToAny(findCoordinatorCall(kind, key));
    if (this.metadata.addressOf(nodeId) === undefined) await this.metadata.refresh();
    this.#coordinators.set(`${kind}:${key}`, nodeId);
    return nodeId;
  }

  forgetCoordinator(kind: CoordinatorKind, key: string): void {
    const left = this.#coordinators.get(`${kind}:${key}`);
    this.#coordinators.delete(`${kind}:${key}`);
    if (left !== undefined) this.#doubtful.add(left);
  }

  /** {@link retrying} with the limits and the observer of this cluster. */
  retrying<T>(operation: Retryable<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new LogClosedError());
    return retrying(operation, { limits: this.limits, observer: this.observer });
  }

  /** Ends every connection; what is in flight fails. Idempotent. */
  close(): void {
    this.#closed = true;
    for (const connection of this.#bootstraps.values()) connection.close();
    for (const pool of this.#pools) pool.close();
    this.#pools.clear();
  }

  #nodesToAsk(): readonly number[] {
    const nodes = shuffled(this.metadata.brokers()).map(({ nodeId }) => nodeId);
    const isDoubtful = (nodeId: number): boolean => this.#doubtful.has(nodeId);
    return [...nodes.filter((nodeId) => !isDoubtful(nodeId)), ...nodes.filter(isDoubtful)];
  }

  async #bootstrapTo(address: string): Promise<BrokerConnection> {
    if (this.#closed) throw new LogClosedError();
    const known = this.#bootstraps.get(address);
    if (known?.usable === true) return known;
    const connection = await BrokerConnection.open(address, this.#settings);
    this.#bootstraps.set(address, connection);
    if (this.#closed) connection.close();
    return connection;
  }
}

/** Whether a failure shows that a coordinator is no longer (or not yet) where it was. */
export const coordinatorMayHaveMoved = (error: unknown): boolean =>
  error instanceof RequestFailedError &&
  (error.kind !== 'protocol' || COORDINATOR_ERRORS.has(error.type ?? ''));

/** Whether a failure shows that a leader is no longer (or not yet) where it was. */
export const leaderMayHaveMoved = (error: unknown): boolean =>
  error instanceof RequestFailedError &&
  (error.kind !== 'protocol' || LEADER_ERRORS.has(error.type ?? ''));

/** The cause as an error of the port: nothing of the request was kept. */
export const unavailable = (what: string, cause: unknown): LogUnavailableError =>
  new LogUnavailableError(what, cause);

const COORDINATOR_ERRORS: ReadonlySet<string> = new Set([
  'NOT_COORDINATOR',
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
]);

const LEADER_ERRORS: ReadonlySet<string> = new Set([
  'NOT_LEADER_OR_FOLLOWER',
  'LEADER_NOT_AVAILABLE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'REPLICA_NOT_AVAILABLE',
  'OFFSET_NOT_AVAILABLE',
  'KAFKA_STORAGE_ERROR',
]);

// Another broker would say the same: wrong credentials, unknown CA, a closed log, a refusal.
const isFinal = (error: unknown): boolean =>
  error instanceof KafkaAuthenticationError ||
  error instanceof KafkaTlsError ||
  error instanceof KafkaClusterChangedError ||
  error instanceof LogClosedError ||
  (error instanceof RequestFailedError && error.kind === 'protocol');

const shuffled = <T>(list: readonly T[]): readonly T[] =>
  list
    .map((value) => ({ value, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
