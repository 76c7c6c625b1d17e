/**
 * What a process says about itself: alive, ready, started. Whoever runs something registers a
 * check; a check is read, never waited for.
 */
import { Injectable } from '@nestjs/common';

/** Which question a check answers. */
export type HealthQuestion = 'live' | 'ready' | 'started';

/** Answer of one check. */
export interface HealthState {
  readonly ok: boolean;
  /** Why not, or how far; for people. */
  readonly detail?: string;
}

/** Answers to one question. */
export interface HealthReport {
  readonly ok: boolean;
  /** Ascending by name. */
  readonly checks: readonly (HealthState & { readonly name: string })[];
}

/** The checks of a process. */
@Injectable()
export class HealthChecks {
  readonly #checks = new Map<string, () => HealthState>();
  #draining = false;

  /** @param check answers at once from state that is kept elsewhere; must not throw */
  register(question: HealthQuestion, name: string, check: () => HealthState): void {
    this.#checks.set(`${question} ${name}`, check);
  }

  /** From now on the process is not ready: it is about to stop. */
  beginDraining(): void {
    this.#draining = true;
  }

  /** Whether a stop has begun. */
  get draining(): boolean {
    return this.#draining;
  }

  /** All checks of a question; with none registered the answer is yes. */
  report(question: HealthQuestion): HealthReport {
    const checks = [...this.#checks]
      .filter(([key]) => key.startsWith(`${question} `))
      .map(([key, check]) => ({ name: key.slice(question.length + 1), ...check() }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const stopping = question === 'ready' && this.#draining;
    const drain = stopping ? [{ name: 'shutdown', ok: false, detail: 'stopping' }] : [];
    const all = [...drain, ...checks];
    return { ok: all.every((check) => check.ok), checks: all };
  }
}
