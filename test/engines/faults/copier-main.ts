/**
 * A copier as a process of its own, so that it can be killed and stopped. It ends when its standard
 * input does, and when one of its lanes is fenced.
 */
import type { EventLog } from '@millrace/event-log';
import { type KafkaEvent, openKafkaLog } from '@millrace/event-log-kafka';
import {
  COPIER_EXIT,
  type CopierEvent,
  type CopierSettings,
  parseSettings,
} from './copier-settings';
import { copyLane, fenceThenRead, type LaneEvent } from './copy-lane';

const tell = (event: CopierEvent): void => {
  process.stdout.write(`${JSON.stringify(event)}\n`);
};

const main = async (settings: CopierSettings): Promise<number> => {
  const log = await openKafkaLog({
    brokers: settings.brokers,
    clock: { nowMs: Date.now },
    clientId: 'copier',
    observer: { event: (event) => tell({ kind: 'log', what: wordingOf(event) }) },
  });
  const lanes = new Lanes(log, settings);
  const stdinEnds = new Promise<void>((resolve) => {
    process.stdin.on('end', resolve).resume();
  });
  const membership =
    settings.group === undefined
      ? undefined
      : await log.joinGroup({
          groupId: settings.group,
          topics: [settings.topics.input, settings.topics.output],
          onAssigned: async (assigned) => {
            tell({ kind: 'assigned', lanes: [...assigned] });
            lanes.start(assigned);
          },
          onRevoked: async (revoked) => {
            await lanes.stop(revoked);
            tell({ kind: 'revoked', lanes: [...revoked] });
          },
        });
  if (membership === undefined) {
    lanes.start(Array.from({ length: settings.topics.partitions }, (_, lane) => lane));
  }
  const code = await Promise.race([stdinEnds.then(() => COPIER_EXIT.stopped), lanes.ended]);
  if (code !== COPIER_EXIT.stopped) return code;
  await membership?.leave();
  await lanes.stopAll();
  await log.close();
  return code;
};

/** The lanes that this process copies. */
class Lanes {
  readonly #running = new Map<number, { stop: () => void; done: Promise<void> }>();
  /** Resolves with an exit code when a lane ends by itself. */
  readonly ended: Promise<number>;
  #end: (code: number) => void = () => undefined;
  #commits = 0;

  constructor(
    readonly log: EventLog,
    readonly settings: CopierSettings,
  ) {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  start(lanes: readonly number[]): void {
    for (const lane of lanes) {
      const stopping = new AbortController();
      const done = this.#copy(lane, stopping.signal);
      this.#running.set(lane, { stop: () => stopping.abort(), done });
    }
  }

  async stop(lanes: readonly number[]): Promise<void> {
    const ending = lanes.flatMap((lane) => this.#running.get(lane) ?? []);
    for (const { stop } of ending) stop();
    await Promise.all(ending.map(({ done }) => done));
    for (const lane of lanes) this.#running.delete(lane);
  }

  stopAll(): Promise<void> {
    return this.stop([...this.#running.keys()]);
  }

  async #copy(lane: number, signal: AbortSignal): Promise<void> {
    const { topics, writer, seed, aborts, afterDoubt } = this.settings;
    try {
      const outcome = await copyLane({
        log: this.log,
        topics,
        lane,
        writerId: `${writer}-${lane}`,
        name: String(process.pid),
        aborts: (attempt) => aborts && (attempt * 7_919 + seed * 104_729 + lane) % 41 === 0,
        afterDoubt,
        takeOver: fenceThenRead,
        tell: (event) => this.#tell(event),
        signal,
      });
      if (outcome !== 'stopped') this.#end(COPIER_EXIT[outcome]);
    } catch (error) {
      const { stack = String(error) } = error instanceof Error ? error : {};
      tell({ kind: 'failed', error: stack });
      this.#end(COPIER_EXIT.failed);
    }
  }

  #tell(event: LaneEvent): void {
    if (event.kind === 'committed') {
      this.#commits += 1;
      if (this.#commits === this.settings.diesAtCommit) process.kill(process.pid, 'SIGKILL');
    }
    tell(event);
  }
}

const wordingOf = (event: KafkaEvent): string => {
  const { kind } = event;
  const about = 'operation' in event ? ` ${event.operation} #${event.attempt}` : '';
  const error = 'error' in event ? `: ${event.error.message}` : '';
  const took = 'tookMs' in event ? ` ${event.writerId} in ${Math.round(event.tookMs)} ms` : '';
  return `${kind}${about}${took}${error}`;
};

main(parseSettings(process.argv[2] ?? '')).then(
  (code) => process.exit(code),
  (error: Error) => {
    tell({ kind: 'failed', error: error.stack ?? error.message });
    process.exit(COPIER_EXIT.failed);
  },
);
