/**
 * Promises for queued commands: one for one, or one for many.
 */
import type { CommandOutcome } from './command';
import type { CommandWaiter } from './command-queue';

/** One command, one promise. */
export class CollectOne implements CommandWaiter {
  constructor(
    private readonly resolve: (outcome: CommandOutcome) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  settle(_index: number, outcome: CommandOutcome): void {
    this.resolve(outcome);
  }

  fail(_index: number, error: Error): void {
    this.reject(error);
  }
}

/** Many commands, one promise: it ends when all of them have ended. */
export class CollectAll implements CommandWaiter {
  private readonly outcomes: CommandOutcome[];
  private missing: number;
  private firstError: Error | undefined;

  constructor(
    count: number,
    private readonly resolve: (outcomes: readonly CommandOutcome[]) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.outcomes = new Array<CommandOutcome>(count);
    this.missing = count;
  }

  settle(index: number, outcome: CommandOutcome): void {
    this.outcomes[index] = outcome;
    this.oneEnded();
  }

  fail(_index: number, error: Error): void {
    this.firstError ??= error;
    this.oneEnded();
  }

  private oneEnded(): void {
    this.missing -= 1;
    if (this.missing > 0) return;
    if (this.firstError !== undefined) this.reject(this.firstError);
    else this.resolve(this.outcomes);
  }
}
