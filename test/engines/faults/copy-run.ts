/** A copy of numbered records while something fails: feed, copiers, waiting, and the judgement. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventLog } from '@millrace/event-log';
import { openKafkaLog } from '@millrace/event-log-kafka';
import { judgeTopic, type KafkaCluster } from '../../../tools/stack/index';
import { type PartitionEnd, topicEnds } from '../../../tools/stack/kafka/wire/topic-ends';
import { poll } from '../../../tools/stack/poll';
import { isLongRun } from '../clusters';
import { checkCopy, copiedOf } from './check-copy';
import { viewOf } from './coordinators';
import { SupervisedCopier } from './copier-process';
import type { CopierSettings } from './copier-settings';
import type { CopyTopics } from './copy-lane';
import { RecordFeed } from './record-feed';

const TOLD = join(__dirname, '../../../.cache/engines/copies');
const PARTITIONS = 3;
const DEADLINE_MS = 60_000;
const RECORDS_PER_APPEND = isLongRun() ? 20 : 5;

/** What a copier differs by. */
export interface CopierOptions extends Pick<CopierSettings, 'group' | 'diesAtCommit'> {
  /** Whether another owner of the same writers is the scenario: it gives way to it, then. */
  readonly hasRival?: boolean;
}

/** What a run differs by. */
export interface RunOptions {
  readonly seed: number;
  /** Lanes; 3 when left out. */
  readonly partitions?: number;
  /** Whether copiers abort a transaction now and then, with its records in the log. */
  readonly aborts?: boolean;
}

interface RunParts {
  readonly aborts: boolean;
  readonly cluster: KafkaCluster;
  readonly topics: CopyTopics;
  readonly log: EventLog;
  readonly feed: RecordFeed;
  readonly seed: number;
}

/** See the top of the file. End it with `judge` and `close`. */
export class CopyRun {
  readonly copiers: SupervisedCopier[] = [];
  /** Transactions that the judge has seen in the output. */
  readonly visible = new Set<string>();
  readonly cluster: KafkaCluster;
  readonly topics: CopyTopics;
  readonly #log: EventLog;
  readonly #feed: RecordFeed;
  readonly #seed: number;
  readonly #aborts: boolean;
  readonly #writer: string;

  private constructor({ cluster, topics, log, feed, seed, aborts }: RunParts) {
    this.cluster = cluster;
    this.topics = topics;
    this.#log = log;
    this.#feed = feed;
    this.#seed = seed;
    this.#aborts = aborts;
    this.#writer = `copier-${topics.input}`;
  }

  /** Topics of its own, and a feed that writes to the first of them. */
  static async begin(
    cluster: KafkaCluster,
    name: string,
    { seed, partitions = PARTITIONS, aborts = false }: RunOptions,
  ): Promise<CopyRun> {
    const id = `${name}-${randomUUID().slice(0, 8)}`;
    const topics: CopyTopics = {
      input: `${id}-in`,
      output: `${id}-out`,
      changelog: `${id}-changelog`,
      partitions,
    };
    const log = await openKafkaLog({
      brokers: cluster.innerBootstrap,
      clock: { nowMs: Date.now },
      clientId: 'feed',
    });
    const spec = { partitions, retentionMs: -1 };
    await log.ensureTopics([
      { ...spec, name: topics.input, cleanup: 'delete' },
      { ...spec, name: topics.output, cleanup: 'delete' },
      { ...spec, name: topics.changelog, cleanup: 'compact' },
    ]);
    const feed = new RecordFeed(log, {
      topic: topics.input,
      partitions,
      records: RECORDS_PER_APPEND,
      everyMs: 20,
    });
    return new CopyRun({ cluster, topics, log, feed, seed, aborts });
  }

  /** Starts a copier; further ones have the same writer ids. */
  startCopier({ hasRival = false, ...options }: CopierOptions = {}): SupervisedCopier {
    const copier = new SupervisedCopier({
      brokers: this.cluster.bootstrap,
      topics: this.topics,
      writer: this.#writer,
      seed: this.#seed,
      aborts: this.#aborts,
      afterDoubt: hasRival ? 'ends' : 'takes-over',
      ...options,
    });
    this.copiers.push(copier);
    return copier;
  }

  writerOf(lane: number): string {
    return `${this.#writer}-${lane}`;
  }

  /**
   * Resolves when each lane has committed `times` transactions that began after a time.
   *
   * @returns ms from then to the first commit of the last lane
   */
  async progressSince(sinceMs: number, times = 1): Promise<number> {
    const firsts = await poll(
      async () => {
        const lanes = Array.from({ length: this.topics.partitions }, (_, lane) =>
          this.#commitsBegunAfter(sinceMs, lane),
        );
        return lanes.every((commits) => commits.length >= times)
          ? lanes.map(([first = Number.NaN]) => first)
          : undefined;
      },
      {
        what: 'progress of every lane',
        deadlineMs: DEADLINE_MS,
        everyMs: 5,
        detail: () => `; last told: ${this.#lastTold()}`,
      },
    );
    return Math.round(Math.max(...firsts) - sinceMs);
  }

  /** Longest time without a commit of a lane since a time, ms. */
  longestStall(sinceMs: number): number {
    const stalls = Array.from({ length: this.topics.partitions }, (_, lane) => {
      const commits = this.copiers.flatMap((copier) =>
        copier
          .of('committed')
          .flatMap(({ atMs, event }) => (event.lane === lane && atMs > sinceMs ? [atMs] : [])),
      );
      return Math.max(...commits.map((atMs, index) => atMs - (commits[index - 1] ?? sinceMs)));
    });
    return Math.round(Math.max(...stalls));
  }

  /** Partitions (`topic/partition`) in which a transaction is open now. */
  async openPartitions(): Promise<readonly string[]> {
    const { output, changelog } = this.topics;
    const found = await Promise.all(
      [output, changelog].map(async (topic) =>
        (await this.ends(topic)).flatMap(({ partition, stableEnd, end }) =>
          stableEnd < end ? [`${topic}/${partition}`] : [],
        ),
      ),
    );
    return found.flat();
  }

  async ends(topic: string): Promise<readonly PartitionEnd[]> {
    const [broker] = (await viewOf(this.cluster)).brokers;
    if (broker === undefined) throw new Error('no broker');
    return topicEnds(broker, topic);
  }

  /**
   * Ends the feed, lets the copiers copy the rest and stops them.
   *
   * @param notCommitted transactions that are known not to be committed, besides the aborted ones
   * @returns what is wrong; empty when every record was copied exactly once
   */
  async judge(notCommitted: readonly string[] = []): Promise<readonly string[]> {
    await this.#feed.stop();
    const wanted = await this.ends(this.topics.input);
    await poll(
      async () =>
        wanted.every(({ partition, end }) => this.#copiedTo(partition) >= end) ? true : undefined,
      {
        what: 'the copy of the rest',
        deadlineMs: DEADLINE_MS,
        detail: () => `; last told: ${this.#lastTold()}`,
      },
    );
    for (const copier of this.copiers) await copier.stop();
    const [input, output] = await Promise.all([
      judgeTopic(this.cluster, this.topics.input),
      judgeTopic(this.cluster, this.topics.output),
    ]);
    for (const { value } of output) this.visible.add(copiedOf(value).by);
    const told = this.copiers.flatMap((copier) => copier.told.map(({ event }) => event));
    const byOf = (kind: 'aborting' | 'committed'): readonly string[] =>
      told.flatMap((event) => (event.kind === kind ? [event.by] : []));
    return [
      ...told.flatMap((event) => (event.kind === 'failed' ? [event.error] : [])),
      ...checkCopy({
        acknowledged: this.#feed.acknowledged,
        input,
        output,
        notCommitted: new Set([...byOf('aborting'), ...notCommitted]),
        committed: new Set(byOf('committed')),
      }),
    ];
  }

  /** Transactions with records in the output that committed readers must not see, and do not. */
  async hidden(): Promise<readonly string[]> {
    const all = await judgeTopic(this.cluster, this.topics.output, {
      isolation: 'read_uncommitted',
    });
    const transactions = new Set(all.map(({ value }) => copiedOf(value).by));
    return [...transactions].filter((by) => !this.visible.has(by));
  }

  /** What the copiers have told stays in `.cache/engines/copies`. */
  async close(): Promise<void> {
    await Promise.all([this.#feed.stop(), ...this.copiers.map((copier) => copier.end())]);
    await this.#log.close();
    mkdirSync(TOLD, { recursive: true });
    writeFileSync(join(TOLD, `${this.topics.input}.log`), this.#toldInOrder());
  }

  #toldInOrder(): string {
    return this.copiers
      .flatMap(({ told }) => told)
      .toSorted((one, other) => one.atMs - other.atMs)
      .map(({ atMs, pid, event }) => `${Math.round(atMs)} ms ${pid} ${JSON.stringify(event)}\n`)
      .join('');
  }

  #commitsBegunAfter(sinceMs: number, lane: number): readonly number[] {
    return this.copiers.flatMap((copier) => {
      const begun = new Set(
        copier
          .of('began')
          .flatMap(({ atMs, event }) => (atMs > sinceMs && event.lane === lane ? [event.by] : [])),
      );
      return copier
        .of('committed')
        .flatMap(({ atMs, event }) => (begun.has(event.by) ? [atMs] : []));
    });
  }

  /** Where the copy of a lane stands, from what the copiers have committed or found. */
  #copiedTo(lane: number): number {
    const told = this.copiers.flatMap((copier) => [
      ...copier.of('committed'),
      ...copier.of('opened'),
    ]);
    const ends = told.flatMap(({ event }) => (event.lane === lane ? [event.next] : []));
    return Math.max(0, ...ends);
  }

  #lastTold(): string {
    const last = this.copiers.flatMap((copier) => copier.told.slice(-6));
    return last.map(({ pid, event }) => `${pid} ${JSON.stringify(event)}`).join('\n');
  }
}
