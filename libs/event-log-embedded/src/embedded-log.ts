/**
 * The event log in a folder, for one process, on LevelDB.
 */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import {
  type Clock,
  type CommitReceipt,
  type EventLog,
  type GroupMembership,
  type GroupOptions,
  LocalGroups,
  LogClosedError,
  type LogReader,
  type PartitionOffsets,
  type Position,
  PositionedReader,
  type RecordToAppend,
  type TopicPartition,
  type TopicSpec,
  type TransactionalWriter,
} from '@millrace/event-log';
import { TailBudget } from './batch-tail';
import { CommitQueue } from './commit-queue';
import { DEFAULT_LIMITS, type EmbeddedLogLimits } from './embedded-limits';
import { LogFormatUnknownError } from './embedded-log.errors';
import { EmbeddedWriter, type WriterSurroundings } from './embedded-writer';
import { Housekeeper } from './housekeeper';
import { storageErrorOf } from './level-failures';
import { namedKey } from './level-keys';
import { LevelStore } from './level-store';
import { type LogHolder, removeLogHolder, writeLogHolder } from './log-holder';
import { PublishedPositions } from './published-positions';
import { ReadAhead } from './read-ahead';
import { RecordSink } from './record-sink';
import { TopicCatalogue } from './topic-catalogue';
import { WriterRegistry } from './writer-registry';

const FORMAT = '1';

/** Options of {@link openEmbeddedLog}; see {@link EmbeddedLogLimits} for the limits. */
export interface EmbeddedLogOptions extends Partial<EmbeddedLogLimits> {
  /** Made when it is missing. The log is everything in it. */
  readonly folder: string;
  /** Append times; retention and tombstones go by it. */
  readonly clock: Clock;
  /** Named to a second process; default: the name of the running script. */
  readonly command?: string;
  /** Default true: a commit is answered when it is on the disk. Without, a power cut may lose it. */
  readonly sync?: boolean;
  /** LevelDB's Snappy compression of tables; default true. */
  readonly compression?: boolean;
}

interface Parts {
  readonly folder: string;
  readonly incarnation: string;
  readonly limits: EmbeddedLogLimits;
  readonly holder: LogHolder;
  readonly store: LevelStore;
  readonly queue: CommitQueue;
  readonly catalogue: TopicCatalogue;
  readonly writers: WriterRegistry;
  readonly positions: PublishedPositions;
  readonly housekeeper: Housekeeper;
}

/** The log of one folder; made by {@link openEmbeddedLog}. */
export class EmbeddedLog implements EventLog {
  readonly incarnation: string;
  readonly folder: string;
  readonly #parts: Parts;
  readonly #groups: LocalGroups;
  readonly #readers = new Set<LogReader>();
  readonly #openWriters = new Set<TransactionalWriter>();
  readonly #memberships = new Set<GroupMembership>();
  readonly #writing: WriterSurroundings;
  #declaring: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  /** @internal */
  constructor(parts: Parts) {
    const { catalogue, limits, queue, writers } = parts;
    this.#parts = parts;
    this.incarnation = parts.incarnation;
    this.folder = parts.folder;
    this.#groups = new LocalGroups((topic) => catalogue.spec(topic).partitions);
    this.#writing = {
      newSink: () => new RecordSink(catalogue.targetOf, limits.maxRecordBytes),
      epochOf: (writerId) => writers.epochOf(writerId),
      commit: (request) => queue.commit(request),
      onClose: (writer) => this.#openWriters.delete(writer),
    };
  }

  ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    this.#checkOpen();
    const { catalogue, queue } = this.#parts;
    const declared = this.#declaring.then(() =>
      catalogue.ensure(topics, (changes) => queue.commit({ changes })),
    );
    this.#declaring = declared.catch(() => undefined);
    return declared;
  }

  async topics(): Promise<readonly TopicSpec[]> {
    this.#checkOpen();
    return this.#parts.catalogue.specs();
  }

  async offsets(partitions: readonly TopicPartition[]): Promise<readonly PartitionOffsets[]> {
    this.#checkOpen();
    return partitions.map((at) => {
      const log = this.#parts.catalogue.partition(at);
      const { topic, partition } = at;
      return { topic, partition, startOffset: log.startOffset(), endOffset: log.endOffset() };
    });
  }

  async openWriter(writerId: string): Promise<TransactionalWriter> {
    this.#checkOpen();
    const { epoch, request } = this.#parts.writers.raise(writerId);
    await this.#parts.queue.commit(request);
    const writer = new EmbeddedWriter({ writerId, epoch }, this.#writing);
    this.#openWriters.add(writer);
    return writer;
  }

  async append(records: readonly RecordToAppend[]): Promise<CommitReceipt> {
    this.#checkOpen();
    const sink = this.#writing.newSink();
    for (const record of records) sink.add(record);
    return sink.isEmpty ? { partitions: [] } : this.#parts.queue.commit(sink.request());
  }

  async openReader(positions: readonly Position[]): Promise<LogReader> {
    this.#checkOpen();
    const sources = positions.map((position) => ({
      source: this.#parts.catalogue.partition(position),
      offset: position.offset,
    }));
    const reader = new PositionedReader(sources, {
      after: (waitMs, callback) => {
        const timer = setTimeout(callback, waitMs);
        return () => clearTimeout(timer);
      },
      onClose: (closed) => this.#readers.delete(closed),
    });
    this.#readers.add(reader);
    return reader;
  }

  async joinGroup(options: GroupOptions): Promise<GroupMembership> {
    this.#checkOpen();
    const joined = await this.#groups.join(options);
    const membership: GroupMembership = {
      memberId: joined.memberId,
      members: () => joined.members(),
      leave: async () => {
        if (this.#memberships.delete(membership)) await joined.leave();
      },
    };
    this.#memberships.add(membership);
    return membership;
  }

  async publishGroupPositions(groupId: string, positions: readonly Position[]): Promise<void> {
    this.#checkOpen();
    const changes = this.#parts.positions.set(groupId, positions);
    if (changes.length > 0) await this.#parts.queue.commit({ changes });
  }

  async groupPositions(groupId: string): Promise<readonly Position[]> {
    this.#checkOpen();
    return this.#parts.positions.of(groupId);
  }

  /** Tells whom to ask: a process that finds the folder in use is given this address. */
  async describeHolder(details: { readonly address: string }): Promise<void> {
    this.#checkOpen();
    const { address } = details;
    await writeLogHolder(this.folder, { ...this.#parts.holder, address });
  }

  /** Compacts and applies retention to everything now, without bounds; for tests and tools. */
  async cleanNow(): Promise<void> {
    this.#checkOpen();
    await this.#parts.housekeeper.cleanAll();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  // A member whose `onRevoked` fails is told so at the end: the folder is given back whatever happens.
  async #close(): Promise<void> {
    const left = await Promise.allSettled([...this.#memberships].map((member) => member.leave()));
    for (const reader of [...this.#readers]) await reader.close();
    for (const writer of [...this.#openWriters]) await writer.close();
    await this.#parts.housekeeper.stop();
    await this.#declaring;
    await this.#parts.queue.close();
    await removeLogHolder(this.folder);
    await this.#parts.store.close();
    for (const outcome of left) if (outcome.status === 'rejected') throw outcome.reason;
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new LogClosedError();
  }
}

/**
 * Opens the log in a folder; makes it when it is missing.
 *
 * @throws LogInUseError another process has it open; the message names it
 * @throws LogFormatUnknownError a newer version has written it
 * @throws LogDamagedError the end of a partition cannot be read
 * @throws LogStorageFullError, LogStorageError
 */
export const openEmbeddedLog = async (options: EmbeddedLogOptions): Promise<EmbeddedLog> => {
  const folder = path.resolve(options.folder);
  const limits = limitsOf(options);
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw storageErrorOf(folder, error);
  }
  const { minFreeBytes, writeBufferBytes } = limits;
  const store = await LevelStore.open({
    folder,
    minFreeBytes,
    writeBufferBytes,
    sync: options.sync ?? true,
    compression: options.compression ?? true,
  });
  try {
    return new EmbeddedLog(await partsOf(options, { folder, limits, store }));
  } catch (error) {
    await store.close();
    throw storageErrorOf(folder, error);
  }
};

const partsOf = async (
  options: EmbeddedLogOptions,
  base: Pick<Parts, 'folder' | 'limits' | 'store'>,
): Promise<Parts> => {
  const { folder, limits, store } = base;
  const incarnation = await incarnationOf(folder, store);
  const queue = new CommitQueue(store, () => options.clock.nowMs());
  const tails = new TailBudget(limits.tailCacheBytes);
  const readAhead = new ReadAhead(limits.readAheadBytes);
  const catalogue = await TopicCatalogue.open({ store, tails, readAhead });
  const writers = await WriterRegistry.open(store);
  const positions = await PublishedPositions.open(store);
  const holder: LogHolder = {
    pid: process.pid,
    command: options.command ?? path.basename(process.argv[1] ?? process.execPath),
    startedAt: new Date(Date.now()).toISOString(),
  };
  await writeLogHolder(folder, holder);
  const housekeeper = new Housekeeper({ catalogue, queue, limits, clock: options.clock });
  housekeeper.start();
  return { ...base, incarnation, holder, queue, catalogue, writers, positions, housekeeper };
};

const incarnationOf = async (folder: string, store: LevelStore): Promise<string> => {
  const format = (await store.get(namedKey('m', 'format')))?.toString();
  if (format !== undefined && format !== FORMAT) throw new LogFormatUnknownError(folder, format);
  const key = namedKey('m', 'incarnation');
  const known = await store.get(key);
  if (known !== undefined) return known.toString();
  const incarnation = randomUUID();
  const changes = [
    { key: namedKey('m', 'format'), value: Buffer.from(FORMAT) },
    { key, value: Buffer.from(incarnation) },
  ];
  await store.write(changes, { undo: () => [], mayUseReserve: false });
  return incarnation;
};

const limitsOf = (options: EmbeddedLogOptions): EmbeddedLogLimits => ({
  maxRecordBytes: options.maxRecordBytes ?? DEFAULT_LIMITS.maxRecordBytes,
  tailCacheBytes: options.tailCacheBytes ?? DEFAULT_LIMITS.tailCacheBytes,
  readAheadBytes: options.readAheadBytes ?? DEFAULT_LIMITS.readAheadBytes,
  writeBufferBytes: options.writeBufferBytes ?? DEFAULT_LIMITS.writeBufferBytes,
  minFreeBytes: options.minFreeBytes ?? DEFAULT_LIMITS.minFreeBytes,
  housekeepingPauseMs: options.housekeepingPauseMs ?? DEFAULT_LIMITS.housekeepingPauseMs,
  housekeepingRoundBytes: options.housekeepingRoundBytes ?? DEFAULT_LIMITS.housekeepingRoundBytes,
  compactAfterBytes: options.compactAfterBytes ?? DEFAULT_LIMITS.compactAfterBytes,
  tombstoneRetentionMs: options.tombstoneRetentionMs ?? DEFAULT_LIMITS.tombstoneRetentionMs,
});
