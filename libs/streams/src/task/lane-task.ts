/**
 * One sub-topology in one lane: which of its inputs is next, and what time it is there.
 */
import type { EpochMs } from '@millrace/event-log';
import type { ClockMode, OperatorClock } from '../time/operator-clock';
import { WatermarkGenerator } from '../time/watermark-generator';
import { type ValveOutput, type ValveSnapshot, WatermarkValve } from '../time/watermark-valve';
import type { AnyPort } from './input-port';

interface PortTime {
  readonly generator: WatermarkGenerator;
  /** Its first channel in the valve; a repartition topic has one per source lane. */
  readonly channel: number;
  idle: boolean;
}

/** The task of a sub-topology. */
export class LaneTask {
  /** Behind a repartition the watermark is the clock, else the records are. */
  readonly mode: ClockMode;
  readonly #ports: AnyPort[] = [];
  readonly #times = new Map<AnyPort, PortTime>();
  readonly #clocks: OperatorClock[] = [];
  readonly #valve: WatermarkValve;
  #channels = 0;

  constructor(
    inputs: { readonly sources: number; readonly repartitions: number },
    private readonly lanes: number,
  ) {
    this.mode = inputs.repartitions > 0 ? 'watermark' : 'stream-time';
    this.#valve = new WatermarkValve(inputs.sources + inputs.repartitions * lanes);
  }

  addPort(port: AnyPort): void {
    this.#ports.push(port);
    const generator = new WatermarkGenerator(port.outOfOrdernessMs);
    this.#times.set(port, { generator, channel: this.#channels, idle: false });
    this.#channels += port.kind === 'repartition' ? this.lanes : 1;
  }

  addClock(clock: OperatorClock): void {
    this.#clocks.push(clock);
  }

  /** The topic of its first input: names it in stored progress. */
  get name(): string {
    return this.#ports[0]?.topic ?? '';
  }

  /** What it can promise to those behind it; null while unknown. */
  get watermarkMs(): EpochMs | null {
    return this.#valve.watermarkMs;
  }

  get active(): boolean {
    return this.#valve.active;
  }

  /** The input whose head is first by (event time, rank); within an input by offset. */
  nextPort(): AnyPort | undefined {
    let chosen: AnyPort | undefined;
    let chosenMs = Number.POSITIVE_INFINITY;
    for (const port of this.#ports) {
      const headMs = port.headMs;
      if (headMs === undefined || headMs >= chosenMs) continue;
      chosen = port;
      chosenMs = headMs;
    }
    return chosen;
  }

  /** A record was taken from a port. */
  observe(port: AnyPort, clockMs: EpochMs): void {
    const time = this.#times.get(port);
    if (time === undefined || port.kind === 'repartition') return;
    if (time.idle) this.setIdle(port, false);
    time.generator.observe(clockMs);
    if (this.mode === 'watermark') this.#settleTime(time);
  }

  /** A marker was taken from a port: the time of the lane that wrote it. */
  laneTime(
    port: AnyPort,
    marker: { readonly lane: number; readonly watermarkMs: EpochMs | null; readonly idle: boolean },
  ): void {
    const time = this.#times.get(port);
    if (time === undefined) return;
    const channel = time.channel + marker.lane;
    // A lane that goes idle first says how far it came; one that wakes up is active first.
    if (!marker.idle) this.#tell(this.#valve.status(channel, 'active'));
    if (marker.watermarkMs !== null) {
      this.#tell(this.#valve.watermark(channel, marker.watermarkMs));
    }
    if (marker.idle) this.#tell(this.#valve.status(channel, 'idle'));
  }

  /** A source has had nothing for long, or has something again. */
  setIdle(port: AnyPort, idle: boolean): void {
    const time = this.#times.get(port);
    if (time === undefined || port.kind === 'repartition' || time.idle === idle) return;
    time.idle = idle;
    this.#tell(this.#valve.status(time.channel, idle ? 'idle' : 'active'));
  }

  /** Brings the watermark up to what the sources have seen. */
  settle(): void {
    for (const [port, time] of this.#times) {
      if (port.kind === 'source') this.#settleTime(time);
    }
  }

  snapshot(): { readonly valve: ValveSnapshot; readonly inputs: readonly [string, EpochMs][] } {
    const inputs: [string, EpochMs][] = [];
    for (const [port, { generator }] of this.#times) {
      if (generator.highestMs !== undefined) inputs.push([port.topic, generator.highestMs]);
    }
    return { valve: this.#valve.snapshot(), inputs };
  }

  restore(stored: {
    readonly valve: ValveSnapshot | undefined;
    readonly inputs: Readonly<Record<string, EpochMs>>;
  }): void {
    if (stored.valve !== undefined) this.#valve.restore(stored.valve);
    for (const [port, time] of this.#times) {
      const highestMs = stored.inputs[port.topic];
      if (highestMs !== undefined) time.generator.restore(highestMs);
      const channel = stored.valve?.channels[time.channel];
      time.idle = port.kind === 'source' && channel !== undefined && !channel.active;
    }
  }

  #settleTime(time: PortTime): void {
    const { watermarkMs } = time.generator;
    if (watermarkMs !== undefined) this.#tell(this.#valve.watermark(time.channel, watermarkMs));
  }

  #tell(outputs: readonly ValveOutput[]): void {
    for (const output of outputs) {
      if (output.kind !== 'watermark') continue;
      if (this.mode !== 'watermark') continue;
      for (const clock of this.#clocks) clock.advanceTo(output.watermarkMs + 1);
    }
  }
}
