/**
 * One connection to one broker: kafkajs' socket, framing, TLS and SASL; our bounds. A request that
 * is not answered in time ends the connection, since what follows on it would wait behind it.
 */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

import Connection = require('kafkajs/src/network/connection');

import type { KafkaSasl, KafkaTls } from '../kafka-options';
import type { KafkaObserver } from '../observer.port';
import type { ApiCall } from './api-call';
import { readApiVersions, type VersionRange } from './api-versions-call';
import { connectFailure, requestFailure } from './failure-kinds';
import { checkKafkajs } from './kafkajs-check';
import { kafkajsLogger } from './kafkajs-logger';
import { KafkaVersionUnsupportedError, type RequestFailedError } from './request-failed.errors';

/** How connections are made. */
export interface ConnectionSettings {
  readonly clientId: string;
  readonly tls: KafkaTls | true | undefined;
  readonly sasl: KafkaSasl | undefined;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly observer: KafkaObserver;
}

// kafkajs looks for late answers at this interval; requests say how long they may take.
const TIMEOUT_CHECK_MS = 100;
const KEEP_ALIVE_MS = 60_000;

/** An open, authenticated connection. */
export class BrokerConnection {
  #lost: RequestFailedError | undefined;
  #socket: Socket | undefined;
  #versions: ReadonlyMap<number, VersionRange> = new Map();
  readonly #connection: Connection;

  private constructor(
    readonly address: string,
    readonly settings: ConnectionSettings,
  ) {
    checkKafkajs();
    const { host, port } = hostAndPort(address);
    const { clientId, sasl, tls, connectTimeoutMs } = settings;
    this.#connection = new Connection({
      host,
      port,
      rack: null,
      ssl: tls === undefined ? null : tlsOptions(tls),
      sasl: sasl === undefined ? null : { ...sasl },
      clientId,
      logger: kafkajsLogger,
      socketFactory: (options) => this.#openSocket(options),
      requestTimeout: TIMEOUT_CHECK_MS,
      connectionTimeout: connectTimeoutMs,
    });
    checkOnlyPending(this.#connection);
    boundCredentials(this.#connection, settings.requestTimeoutMs);
    this.#loseWhatIsUnreadable();
  }

  /**
   * @param address `host:port`
   * @throws RequestFailedError (connection, timeout), KafkaAuthenticationError, KafkaTlsError
   */
  static async open(address: string, settings: ConnectionSettings): Promise<BrokerConnection> {
    const opened = new BrokerConnection(address, settings);
    try {
      await opened.#connection.connect();
      opened.#versions = await readApiVersions(opened.#connection, settings.requestTimeoutMs);
      opened.#connection.setVersions(versionsForKafkajs(opened.#versions));
      opened.#connection.setSupportAuthenticationProtocol(true);
      await opened.#connection.authenticate();
    } catch (error) {
      opened.#end();
      throw connectFailure(address, settings, error);
    }
    settings.observer.event({ kind: 'connected', broker: address });
    return opened;
  }

  /** False once it is lost or closed; it never comes back. */
  get usable(): boolean {
    return this.#lost === undefined && this.#connection.isConnected();
  }

  /**
   * @param timeoutMs beyond what the broker may take by itself
   * @throws RequestFailedError; after a timeout or a loss the connection is not usable any more
   */
  async send<T>(call: ApiCall<T>, timeoutMs: number): Promise<T> {
    if (this.#lost !== undefined) throw this.#lost;
    const { request, response } = call.at(this.#versionOf(call));
    const requestTimeout = timeoutMs + (call.brokerWaitMs ?? 0);
    try {
      return await this.#connection.send<T>({
        request,
        response,
        requestTimeout,
        logResponseError: false,
      });
    } catch (error) {
      const failure = requestFailure(call.name, this.address, error);
      if (failure.kind !== 'protocol') this.#lose(failure);
      throw failure;
    }
  }

  /** Ends it at once; requests in flight fail. */
  close(): void {
    if (this.#lost !== undefined) return;
    this.#lost = requestFailure('a request', this.address, new Error('the connection was closed'));
    this.#end();
  }

  #versionOf(call: ApiCall<unknown>): number {
    const range = this.#versions.get(call.apiKey);
    const version = call.versions.findLast(
      (candidate) => range !== undefined && candidate >= range.min && candidate <= range.max,
    );
    if (version !== undefined) return version;
    throw new KafkaVersionUnsupportedError(this.address, call.name, call.versions);
  }

  #lose(failure: RequestFailedError): void {
    if (this.#lost !== undefined) return;
    this.#lost = failure;
    this.settings.observer.event({
      kind: 'connection-lost',
      broker: this.address,
      error: failure,
    });
    this.#end();
  }

  #end(): void {
    this.#connection.rejectRequests(new Error(`the connection to ${this.address} has ended`));
    this.#socket?.destroy();
    void this.#connection.disconnect().catch(() => undefined);
  }

  // kafkajs throws out of its socket's listener at a frame that cannot be one: the process would end.
  #loseWhatIsUnreadable(): void {
    const connection = this.#connection;
    const processData = connection.processData.bind(connection);
    connection.processData = (data) => {
      try {
        processData(data);
      } catch (error) {
        this.#lose(requestFailure('an answer', this.address, error));
      }
    };
  }

  #openSocket(options: SocketArguments): Socket {
    const { host, port, ssl, onConnect } = options;
    const socket =
      ssl === null
        ? connectTcp({ host, port, noDelay: true }, onConnect)
        : connectTls(
            { ...(isIP(host) === 0 ? { servername: host } : {}), ...ssl, host, port },
            onConnect,
          );
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    this.#socket = socket;
    return socket;
  }
}

// After its first answer kafkajs' queue looks for throttled requests every millisecond, for ever:
// 3.5 % of a core for each idle connection. Without such requests there is nothing to look for.
const checkOnlyPending = ({ requestQueue }: Connection): void => {
  const schedule = requestQueue.scheduleCheckPendingRequests.bind(requestQueue);
  requestQueue.scheduleCheckPendingRequests = () => {
    if (requestQueue.pending.length > 0) schedule();
  };
};

// kafkajs sends what it authenticates with by itself, and would wait for TIMEOUT_CHECK_MS alone.
const boundCredentials = (connection: Connection, requestTimeout: number): void => {
  const send = connection.send.bind(connection);
  connection.send = (call) => send({ requestTimeout, ...call });
};

interface SocketArguments {
  readonly host: string;
  readonly port: number;
  readonly ssl: object | null;
  readonly onConnect: () => void;
}

/** `host:port` taken apart; IPv6 addresses stand in brackets. */
export const hostAndPort = (address: string): { readonly host: string; readonly port: number } => {
  const at = address.lastIndexOf(':');
  const host = address.slice(0, at).replace(/^\[(.*)\]$/, '$1');
  return { host, port: Number(address.slice(at + 1)) };
};

const tlsOptions = (tls: KafkaTls | true): object => (tls === true ? {} : { ...tls });

const versionsForKafkajs = (versions: ReadonlyMap<number, VersionRange>): object =>
  Object.fromEntries(
    [...versions].map(([key, { min, max }]) => [key, { minVersion: min, maxVersion: max }]),
  );
