/**
 * One watermark out of several channels, of which some may be idle.
 */
import type { EpochMs } from '@millrace/event-log';

/** What the valve announces; it never announces a lower watermark. */
export type ValveOutput =
  | { readonly kind: 'watermark'; readonly watermarkMs: EpochMs }
  | { readonly kind: 'status'; readonly status: 'idle' | 'active' };

/** State of a channel; also the stored form. */
export interface ValveChannel {
  readonly watermarkMs: EpochMs | null;
  readonly active: boolean;
  /** A channel that came back counts again once it has reached what was announced. */
  readonly aligned: boolean;
}

/** Stored form of a valve. */
export interface ValveSnapshot {
  readonly channels: readonly ValveChannel[];
  readonly lastMs: EpochMs | null;
  readonly active: boolean;
}

/** Minimum over active, caught-up channels. Source: Flink `StatusWatermarkValve`. */
export class WatermarkValve {
  #channels: ValveChannel[];
  #lastMs: EpochMs | null = null;
  #active = true;

  /** @param channels number of channels, all active at first and without watermark */
  constructor(channels: number) {
    const fresh: ValveChannel = { watermarkMs: null, active: true, aligned: true };
    this.#channels = Array.from({ length: channels }, () => fresh);
  }

  /** Last announced watermark; null before the first. */
  get watermarkMs(): EpochMs | null {
    return this.#lastMs;
  }

  /** Whether any channel is active. */
  get active(): boolean {
    return this.#active;
  }

  /** A channel promises that nothing at or before this time follows. Ignored while it is idle. */
  watermark(channel: number, watermarkMs: EpochMs): readonly ValveOutput[] {
    const held = this.#channels[channel];
    if (held === undefined || !held.active) return [];
    if (held.watermarkMs !== null && watermarkMs <= held.watermarkMs) return [];
    const aligned = held.aligned || this.#lastMs === null || watermarkMs >= this.#lastMs;
    this.#channels[channel] = { active: true, watermarkMs, aligned };
    return this.#announceMinimum();
  }

  /** A channel says that it has nothing, or has something again. Repeats change nothing. */
  status(channel: number, status: 'idle' | 'active'): readonly ValveOutput[] {
    const held = this.#channels[channel];
    const active = status === 'active';
    if (held === undefined || held.active === active) return [];
    return active ? this.#activate(channel, held) : this.#deactivate(channel, held);
  }

  snapshot(): ValveSnapshot {
    return { channels: [...this.#channels], lastMs: this.#lastMs, active: this.#active };
  }

  restore(snapshot: ValveSnapshot): void {
    this.#channels = [...snapshot.channels];
    this.#lastMs = snapshot.lastMs;
    this.#active = snapshot.active;
  }

  #activate(channel: number, held: ValveChannel): readonly ValveOutput[] {
    const caughtUp =
      this.#lastMs === null || (held.watermarkMs !== null && held.watermarkMs >= this.#lastMs);
    this.#channels[channel] = { ...held, active: true, aligned: caughtUp };
    const wakes: readonly ValveOutput[] = this.#active
      ? []
      : [{ kind: 'status', status: 'active' }];
    this.#active = true;
    return [...wakes, ...this.#announceMinimum()];
  }

  #deactivate(channel: number, held: ValveChannel): readonly ValveOutput[] {
    this.#channels[channel] = { ...held, active: false, aligned: false };
    if (this.#channels.some((other) => other.active)) return this.#announceMinimum();
    this.#active = false;
    const highest = this.#channels.reduce<number | null>(
      (max, { watermarkMs }) =>
        watermarkMs !== null && (max === null || watermarkMs > max) ? watermarkMs : max,
      null,
    );
    const flushed = highest === null ? [] : this.#announce(highest);
    return [...flushed, { kind: 'status', status: 'idle' }];
  }

  #announceMinimum(): readonly ValveOutput[] {
    let minimum: number | undefined;
    for (const channel of this.#channels) {
      if (!channel.active || !channel.aligned) continue;
      if (channel.watermarkMs === null) return [];
      minimum = Math.min(minimum ?? channel.watermarkMs, channel.watermarkMs);
    }
    return minimum === undefined ? [] : this.#announce(minimum);
  }

  #announce(watermarkMs: EpochMs): readonly ValveOutput[] {
    if (this.#lastMs !== null && watermarkMs <= this.#lastMs) return [];
    this.#lastMs = watermarkMs;
    return [{ kind: 'watermark', watermarkMs }];
  }
}
