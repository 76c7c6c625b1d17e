import { EventEmitter } from 'node:events';
import type { Timers } from '../time/timers.port';
import { installShutdown } from './graceful-shutdown';

class HandTimers implements Timers {
  readonly #due: (() => void)[] = [];

  schedule(): () => void {
    return () => undefined;
  }

  delay(_ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#due.push(resolve);
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  pass(): void {
    for (const resolve of this.#due.splice(0)) resolve();
  }
}

const shutdown = (stop: () => Promise<void>) => {
  const signals = new EventEmitter();
  const timers = new HandTimers();
  const troubles: string[] = [];
  let exited: (code: number) => void = () => undefined;
  const exit = new Promise<number>((resolve) => {
    exited = resolve;
  });
  const codes: number[] = [];
  const dispose = installShutdown({
    stop,
    timers,
    signals,
    deadlineMs: 10_000,
    exit: (code) => {
      codes.push(code);
      exited(code);
    },
    onTrouble: (event) => troubles.push(event),
  });
  return { signals, timers, troubles, exit, codes, dispose };
};

const never = (): Promise<void> => new Promise(() => undefined);

describe('a shutdown', () => {
  it('exits with 0 when the stop has ended', async () => {
    const run = shutdown(() => Promise.resolve());
    run.signals.emit('SIGTERM');
    expect([await run.exit, run.troubles]).toEqual([0, []]);
  });

  it('exits with 1 when the deadline passes', async () => {
    const run = shutdown(never);
    run.signals.emit('SIGINT');
    run.timers.pass();
    expect([await run.exit, run.troubles]).toEqual([1, ['SHUTDOWN_DEADLINE_PASSED']]);
  });

  it('exits with 1 when the stop fails', async () => {
    const run = shutdown(() => Promise.reject(new Error('x')));
    run.signals.emit('SIGINT');
    expect([await run.exit, run.troubles]).toEqual([1, ['SHUTDOWN_FAILED']]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('is forced by a second signal %s with %i', async (signal, code) => {
    const run = shutdown(never);
    run.signals.emit('SIGTERM');
    run.signals.emit(signal);
    expect([await run.exit, run.troubles]).toEqual([code, ['SHUTDOWN_FORCED']]);
    run.timers.pass();
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    expect(run.codes).toEqual([code]);
  });

  it('takes its listeners away', () => {
    const run = shutdown(never);
    run.dispose();
    expect(run.signals.listenerCount('SIGINT') + run.signals.listenerCount('SIGTERM')).toBe(0);
  });
});
