/** Connections to the brokers for one purpose: one per broker, opened when first used. */
import { LogClosedError } from '@millrace/event-log';
import type { ApiCall } from '../wire/api-call';
import { BrokerConnection, type ConnectionSettings } from '../wire/broker-connection';
import { RequestFailedError } from '../wire/request-failed.errors';

/** Where a node listens now, `host:port`; undefined while it is not part of the cluster. */
export type AddressOf = (nodeId: number) => string | undefined;

/** See the top of the file. Long polls have a pool of their own: they hold up what is behind them. */
export class ConnectionPool {
  readonly #open = new Map<number, BrokerConnection>();
  readonly #opening = new Map<number, Promise<BrokerConnection>>();
  #closed = false;

  constructor(
    readonly settings: ConnectionSettings,
    readonly addressOf: AddressOf,
  ) {}

  /**
   * @param timeoutMs default: the settings' `requestTimeoutMs`
   * @throws RequestFailedError and what {@link BrokerConnection.open} throws
   */
  async send<T>(nodeId: number, call: ApiCall<T>, timeoutMs?: number): Promise<T> {
    const connection = await this.#connectionTo(nodeId);
    return connection.send(call, timeoutMs ?? this.settings.requestTimeoutMs);
  }

  /** Ends all connections; requests in flight fail. Idempotent. */
  close(): void {
    this.#closed = true;
    for (const connection of this.#open.values()) connection.close();
    this.#open.clear();
  }

  async #connectionTo(nodeId: number): Promise<BrokerConnection> {
    if (this.#closed) throw new LogClosedError();
    const address = this.addressOf(nodeId);
    if (address === undefined) throw unknownNode(nodeId);
    const known = this.#open.get(nodeId);
    if (known?.usable === true && known.address === address) return known;
    known?.close();
    this.#open.delete(nodeId);
    const opening = this.#opening.get(nodeId) ?? this.#openTo(nodeId, address);
    return opening;
  }

  #openTo(nodeId: number, address: string): Promise<BrokerConnection> {
    const opening = BrokerConnection.open(address, this.settings)
      .then((connection) => {
        if (this.#closed) {
          connection.close();
          throw new LogClosedError();
        }
        this.#open.set(nodeId, connection);
        return connection;
      })
      .finally(() => this.#opening.delete(nodeId));
    this.#opening.set(nodeId, opening);
    return opening;
  }
}

const unknownNode = (nodeId: number): RequestFailedError =>
  new RequestFailedError(`a request to node ${nodeId}`, {
    kind: 'connection',
    mayHaveArrived: false,
    cause: new Error('the node is not part of the cluster now'),
  });
