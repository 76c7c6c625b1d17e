/**
 * The lanes of the topology `detect` in this process: started with the app, stopped before the log
 * closes, their state shown by health checks and log lines.
 */
import type { Clock, EventLog } from '@millrace/event-log';
import { detectTopology } from '@millrace/fraud';
import {
  type Config,
  type HealthState,
  type Metrics,
  type ServiceLog,
  type Timers,
} from '@millrace/platform';
import { type LaneReport, type LaneStatus, StreamRunner } from '@millrace/streams';
import { streamMetrics } from './stream-metrics';

/** What detection runs on. */
export interface DetectLanesParts {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly config: Config;
  readonly metrics: Metrics;
  readonly serviceLog: ServiceLog;
}

const GROUP_ID = 'detect';
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/** Detection in this process. */
export class DetectLanes {
  readonly #runner: StreamRunner;
  readonly #everRan = new Set<number>();

  constructor(private readonly parts: DetectLanesParts) {
    const { log, clock, timers, config, metrics } = parts;
    this.#runner = new StreamRunner({
      log,
      clock,
      topology: detectTopology(),
      lanes: config.lanes,
      groupId: GROUP_ID,
      metrics: streamMetrics(metrics),
      backoff: (attempt) =>
        timers.delay(Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS)),
      // An import is a backlog of hundreds of thousands of records: requests are answered between.
      breathe: () => new Promise((resolve) => setImmediate(resolve)),
      onStatus: (lane, status, err) => this.#tell(lane, status, err),
    });
  }

  /** Starts the lanes that the group gives this process. */
  start(): Promise<void> {
    return this.#runner.start();
  }

  /** Commits what is in hand and gives the lanes back. Idempotent. */
  stop(): Promise<void> {
    return this.#runner.stop();
  }

  /**
   * Resolves with true when every lane has committed past the present ends of its inputs, with
   * false at the signal.
   */
  whenCaughtUp(signal: AbortSignal): Promise<boolean> {
    return this.#runner.whenCaughtUp(signal);
  }

  /** Whether every lane of this process detects. */
  readiness(): HealthState {
    const lanes = this.#runner.lanes();
    const notRunning = lanes.filter(({ status }) => status !== 'running');
    if (notRunning.length === 0) return { ok: true, detail: `${lanes.length} lanes run` };
    return { ok: false, detail: notRunning.map(describeLane).join('; ') };
  }

  /** Whether every lane has restored its state at least once. */
  startup(): HealthState {
    const waiting = this.#runner.lanes().filter(({ lane }) => !this.#everRan.has(lane));
    return waiting.length === 0
      ? { ok: true }
      : { ok: false, detail: waiting.map(describeLane).join('; ') };
  }

  #tell(lane: number, status: LaneStatus, err: unknown): void {
    const { serviceLog } = this.parts;
    const fields = { topology: 'detect', lane, status };
    if (status === 'running') this.#everRan.add(lane);
    if (status === 'failed') {
      serviceLog.error('DETECT_LANE_FAILED', `lane ${lane} stands still`, { ...fields, err });
    } else if (status === 'fenced') {
      serviceLog.warn('DETECT_LANE_FENCED', `lane ${lane} runs elsewhere`, { ...fields, err });
    } else {
      serviceLog.info('DETECT_LANE_STATUS', `lane ${lane} is ${status}`, fields);
    }
  }
}

const describeLane = ({ lane, status, error }: LaneReport): string =>
  `lane ${lane} is ${status}${error instanceof Error ? `: ${error.message}` : ''}`;
