/**
 * One run: several owners compete for one lane of the simulated log, with clients that repeat, while
 * owners are paused, killed and fenced and commits stay unanswered. A seed decides everything.
 *
 * Faults: those of the simulated log (`rough`), pauses and crashes of an owner at any of its steps,
 * expired transactions, compaction, clients that stop waiting and ask another owner.
 */
import type { EventLog } from '@millrace/event-log';
import {
  createSimulatedLog,
  rough,
  type SimulatedClient,
  type SimulatedLog,
} from '@millrace/event-log/testing';
import { CommandRuntime } from '@millrace/event-sourcing';
import {
  allRecords,
  COUNTER_LIMIT,
  counterAggregate,
  counterTopics,
} from '@millrace/event-sourcing/testing';
import { at, ManualClock, SeededRandom } from '@millrace/testkit';
import { checkHistory, type Violation } from './check-history';
import { type PlantedBug, withBug } from './planted-bugs';
import { SimulatedRequests } from './simulated-requests';

/** What a run is made of; the seed decides the rest. */
export interface SimulationOptions {
  readonly seed: number;
  /** Owners that compete; default 2 or 3, by the seed. */
  readonly owners?: number;
  /** Actions of the harness; default 120. */
  readonly actions?: number;
  readonly bug?: PlantedBug;
}

/** What a run showed. */
export interface SimulationReport {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly commands: number;
  readonly accepted: number;
  readonly replayed: number;
  readonly takeovers: number;
  readonly fences: number;
  readonly unknownOutcomes: number;
  readonly crashes: number;
  readonly pauses: number;
}

interface Owner {
  readonly client: SimulatedClient;
  readonly runtime: CommandRuntime;
  pausedFor: number;
}

/** Runs one seed to its end. */
export const simulateOwners = async (options: SimulationOptions): Promise<SimulationReport> => {
  const simulation = new OwnerSimulation(options);
  await simulation.prepare();
  for (let i = 0; i < (options.actions ?? 120); i += 1) await simulation.act();
  return simulation.finish();
};

class OwnerSimulation {
  private readonly random: SeededRandom;
  private readonly clock = new ManualClock(at('2026-03-01T10:00:00Z'));
  private readonly log: SimulatedLog;
  private readonly owners: Owner[] = [];
  private readonly requests: SimulatedRequests;
  private readonly counts = { takeovers: 0, fences: 0, unknownOutcomes: 0, crashes: 0, pauses: 0 };
  private instances = 0;

  constructor(private readonly options: SimulationOptions) {
    this.random = new SeededRandom(options.seed);
    this.log = createSimulatedLog({ seed: options.seed, clock: this.clock, faults: rough });
    this.requests = new SimulatedRequests(this.random.split('clients'));
  }

  async prepare(): Promise<void> {
    await this.log.ensureTopics(counterTopics(1));
    const owners = this.options.owners ?? this.random.int(2, 3);
    for (let i = 0; i < owners; i += 1) this.owners.push(this.launch());
    await this.passTime(1_000);
  }

  async act(): Promise<void> {
    const { random } = this;
    const owner = random.pick(this.owners);
    const dice = random.next();
    if (dice < 0.55) this.requests.send(this.runtimes());
    else if (dice < 0.65) this.requests.giveUpOne();
    else if (dice < 0.75) this.pause(owner);
    else if (dice < 0.79) this.crash(owner);
    else if (dice < 0.82) this.compact();
    else if (dice < 0.84) this.log.expireTransactions(random.int(0, 2_000));
    await this.passTime(random.int(0, 400));
  }

  async finish(): Promise<SimulationReport> {
    for (const { client } of this.owners) client.resume();
    this.requests.giveUpAll();
    await this.passTime(20_000);
    // Else they go on fencing each other, as two deployments with one writer id would.
    for (const { runtime } of this.owners) void runtime.stop();
    await this.passTime(1_000);
    const last = this.launch();
    this.owners.splice(0, this.owners.length, last);
    for (let round = 0; round < 60 && this.requests.open > 0; round += 1) {
      await this.passTime(10_000);
      this.requests.repeatOpen(last.runtime);
      await this.passTime(10_000);
      this.requests.giveUpAll();
    }
    await this.settle(200);
    return this.report();
  }

  private async report(): Promise<SimulationReport> {
    const { commands } = this.requests;
    // Writers that were killed hold transactions open, and with them the last stable offset.
    this.log.expireTransactions();
    const read = (topic: string) => allRecords(this.log, { topic, partition: 0 });
    const violations = checkHistory({
      events: await this.patiently(() => read('counter-events')),
      rows: await this.patiently(() => read('counter-state')),
      commands,
      limit: COUNTER_LIMIT,
    });
    const answers = commands.flatMap((command) => command.answers);
    const { seed } = this.options;
    const stuck: readonly Violation[] =
      this.requests.open === 0 ? [] : [`lost: ${this.requests.open} commands were never answered`];
    return {
      seed,
      violations: [...violations, ...stuck],
      commands: commands.length,
      accepted: answers.filter(({ kind }) => kind === 'accepted').length,
      replayed: answers.filter(({ replayed }) => replayed).length,
      ...this.counts,
    };
  }

  /** The checker reads through the same faults: a leader that moves is asked again. */
  private async patiently<T>(read: () => Promise<T>): Promise<T> {
    for (let attempt = 0; attempt < 50; attempt += 1) {
      try {
        return await read();
      } catch {
        await this.settle(10);
      }
    }
    return read();
  }

  private launch(): Owner {
    this.instances += 1;
    const instance = `owner-${this.instances}`;
    const client = this.log.client(instance);
    const { bug } = this.options;
    const log: EventLog = bug === undefined ? client : withBug(client, bug, instance);
    const { counts } = this;
    const runtime = new CommandRuntime({
      log,
      clock: this.clock,
      aggregates: [counterAggregate],
      lanes: 1,
      instance,
      // Each believes that the lane is its own: only the log can tell.
      groupId: instance,
      limits: { retakeAfterMs: 3_000, batchCommands: 4, commandAttempts: 4 },
      observer: {
        queueLength: () => undefined,
        committed: () => undefined,
        takenOver: () => {
          counts.takeovers += 1;
        },
        takeoverFailed: () => undefined,
        fenced: () => {
          counts.fences += 1;
        },
        outcomeUnknown: () => {
          counts.unknownOutcomes += 1;
        },
        resultsEvicted: () => undefined,
      },
    });
    void runtime.start().catch(() => undefined);
    return { client, runtime, pausedFor: 0 };
  }

  private runtimes(): readonly CommandRuntime[] {
    return this.owners.map(({ runtime }) => runtime);
  }

  private pause(owner: Owner): void {
    if (owner.pausedFor > 0) return;
    this.counts.pauses += 1;
    owner.client.pause();
    owner.pausedFor = this.random.int(1, 12);
  }

  private crash(owner: Owner): void {
    this.counts.crashes += 1;
    owner.client.crash();
    this.owners.splice(this.owners.indexOf(owner), 1, this.launch());
  }

  private compact(): void {
    for (const topic of ['counter-state', 'command-results']) {
      this.log.compact({ topic, partition: 0 });
    }
  }

  private async passTime(ms: number): Promise<void> {
    this.clock.advanceMs(ms);
    this.log.tick();
    for (const owner of this.owners) {
      if (owner.pausedFor > 0) {
        owner.pausedFor -= 1;
        if (owner.pausedFor === 0) owner.client.resume();
      } else owner.runtime.tick();
    }
    await this.settle(this.random.int(5, 120));
  }

  private async settle(microtasks: number): Promise<void> {
    for (let i = 0; i < microtasks; i += 1) await undefined;
  }
}
