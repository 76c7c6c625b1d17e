/**
 * Clients that send commands under ids of their own, stop waiting when it takes long, and ask again,
 * the same or another owner, also when they have their answer.
 */
import type { CommandOutcome, CommandRuntime } from '@millrace/event-sourcing';
import { addTo } from '@millrace/event-sourcing/testing';
import type { SeededRandom } from '@millrace/testkit';
import type { SentCommand } from './check-history';

interface Sent extends SentCommand {
  readonly answers: CommandOutcome[];
  /** Requests that have no answer yet. */
  waiting: number;
}

interface Waiting {
  readonly sent: Sent;
}

/** All clients of a run. */
export class SimulatedRequests {
  private readonly sent: Sent[] = [];
  private readonly waiting: Waiting[] = [];

  constructor(private readonly random: SeededRandom) {}

  get commands(): readonly SentCommand[] {
    return this.sent;
  }

  /** Commands that were never answered. */
  get open(): number {
    return this.sent.filter(({ answers }) => answers.length === 0).length;
  }

  /** A new command, or an old one again, to one or two owners. */
  send(runtimes: readonly CommandRuntime[]): void {
    const { random } = this;
    const repeat = this.sent.length > 0 && random.chance(0.4);
    const sent = repeat ? random.pick(this.sent.slice(-8)) : this.create();
    this.request(sent, random.pick(runtimes));
    if (random.chance(0.15)) this.request(sent, random.pick(runtimes));
  }

  /** Somebody stops waiting; the answer, if it still comes, counts nevertheless. */
  giveUpOne(): void {
    const [first] = this.waiting.splice(0, 1);
    if (first !== undefined) first.sent.waiting -= 1;
  }

  giveUpAll(): void {
    while (this.waiting.length > 0) this.giveUpOne();
  }

  /** Asks for every command that has no answer. */
  repeatOpen(runtime: CommandRuntime): void {
    for (const sent of this.sent) {
      if (sent.answers.length === 0 && sent.waiting === 0) this.request(sent, runtime);
    }
  }

  private create(): Sent {
    const { random } = this;
    const sent: Sent = {
      commandId: `command-${this.sent.length + 1}`,
      counterId: random.pick(['a', 'b', 'c']),
      // Some amounts fill a counter up, so that refusals depend on what was accepted before.
      amount: random.pick([1, 2, 5, 100, 300]),
      answers: [],
      waiting: 0,
    };
    this.sent.push(sent);
    return sent;
  }

  private request(sent: Sent, runtime: CommandRuntime): void {
    const { commandId, counterId, amount, answers } = sent;
    const entry: Waiting = { sent };
    this.waiting.push(entry);
    sent.waiting += 1;
    const ended = (): void => {
      const index = this.waiting.indexOf(entry);
      if (index < 0) return;
      this.waiting.splice(index, 1);
      sent.waiting -= 1;
    };
    runtime
      .submit(addTo(counterId, amount, { commandId, fingerprint: String(amount) }))
      .then((answer) => {
        answers.push(answer);
        ended();
      }, ended);
  }
}
