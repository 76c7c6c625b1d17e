/** A Kafka cluster of real brokers, as tests, benches and the command line hold it. */
import type { KnownProcess } from '../processes/engine-process';
import type { CommandOptions, CommandResult } from '../processes/run-command';
import type { BrokerAddress } from './wire/ask-broker';

/** Release lines; `engine-versions.ts` says which release each is. */
export type KafkaLine = '3.9' | '4.4';

/** What to start. */
export interface KafkaOptions {
  readonly line: KafkaLine;
  readonly brokers: 1 | 3;
  /** Folder of settings, logs and data, kept on stop; a fresh one that is removed when left out. */
  readonly folder?: string;
  /**
   * `test` (when left out): quick start (C1 compiler, 320 MB), failover within seconds.
   * `throughput`: full compiler, 512 MB, Kafka's own times.
   */
  readonly profile?: KafkaProfile;
  /** More lines of `server.properties`; they win. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where clients are sent, given where a broker listens: the address of a fault proxy. */
  readonly advertise?: (nodeId: number, listens: BrokerAddress) => BrokerAddress;
  /** Adds a listener with SASL over TLS. */
  readonly secured?: boolean;
  /** `owned` (when left out): ends with this process. `detached`: outlives it. */
  readonly life?: 'owned' | 'detached';
}

export type KafkaProfile = 'test' | 'throughput';

/** One broker, which is a controller too. */
export interface KafkaBroker {
  readonly nodeId: number;
  /** Where it listens for clients, itself, behind no proxy. */
  readonly address: string;
  readonly port: number;
  /** Undefined while it does not run. */
  readonly pid: number | undefined;
  /** The end of its log, for error messages. */
  logTail(): string;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGSTOP. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** Starts it again on its data and ports; resolves when it serves. */
  start(): Promise<void>;
  /** SIGTERM: it hands its leaderships over; resolves when the process is gone. */
  stop(): Promise<void>;
}

/** What a client needs for the secured listener. */
export interface SecuredListener {
  /** `host:port` of each broker: SASL_SSL with PLAIN and SCRAM-SHA-256. */
  readonly bootstrap: readonly string[];
  /** Certificate of the authority that signed the brokers' certificates. */
  readonly caPem: string;
  readonly user: string;
  readonly password: string;
}

/** A running cluster. */
export interface KafkaCluster {
  readonly line: KafkaLine;
  readonly brokers: readonly KafkaBroker[];
  /** `host:port` of each broker as advertised to clients (a proxy's, where one is advertised). */
  readonly bootstrap: readonly string[];
  /** `host:port` of each broker behind no proxy: for judges. */
  readonly innerBootstrap: readonly string[];
  readonly secured?: SecuredListener;
  /** What its processes are known by. */
  readonly processes: readonly KnownProcess[];
  /** Describes the cluster to `attachKafka` in another process. */
  readonly stateFile: string;
  broker(nodeId: number): KafkaBroker;
  /**
   * Resolves when every broker serves and every broker sees all brokers and all replicas of all
   * partitions in sync.
   * @throws GaveUpError after `deadlineMs` (60 000 when left out), naming what is not in sync
   */
  inSync(deadlineMs?: number): Promise<void>;
  /** Runs a class of Kafka's tools, for example `org.apache.kafka.tools.TopicCommand`. */
  java(
    mainClass: string,
    args: readonly string[],
    options?: CommandOptions,
  ): Promise<CommandResult>;
  /** Ends all brokers; removes the data unless a folder was given. */
  stop(): Promise<void>;
}
