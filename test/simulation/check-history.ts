/**
 * Judges a finished run by two things alone: what the log holds, and what clients were told.
 */
import type { LogRecord } from '@millrace/event-log';
import {
  type CommandOutcome,
  decodeEvent,
  type EventEnvelope,
  isBarrier,
  sequenceGuard,
} from '@millrace/event-sourcing';

/** A command that a client sent, under one id, as often as it liked. */
export interface SentCommand {
  readonly commandId: string;
  readonly counterId: string;
  readonly amount: number;
  /** All answers that it was given; errors (503, unknown) are no answers. */
  readonly answers: readonly CommandOutcome[];
}

/** What a run left behind. */
export interface History {
  /** Committed records of the lane, ascending, barriers included. */
  readonly events: readonly LogRecord[];
  readonly rows: readonly LogRecord[];
  readonly commands: readonly SentCommand[];
  /** Highest total of a counter. */
  readonly limit: number;
}

/** What is wrong; the words before the colon are the kind. */
export type Violation = `${ViolationKind}: ${string}`;

type ViolationKind =
  | 'version'
  | 'stale writer'
  | 'lost'
  | 'doubled'
  | 'refused but applied'
  | 'two answers'
  | 'limit'
  | 'state';

/** All violations; none in a sound run. */
export const checkHistory = (history: History): readonly Violation[] => {
  const events = history.events.flatMap((record) => decodeEvent(record) ?? []);
  return [
    ...checkSequence(events),
    ...checkWriters(history.events),
    ...history.commands.flatMap((command) => checkCommand(command, events)),
    ...checkState(history, events),
  ];
};

const checkSequence = (events: readonly EventEnvelope[]): readonly Violation[] => {
  const versions = new Map<string, number>();
  let lastEpoch = 0;
  return events.flatMap(({ id, subject, version, writerEpoch }): readonly Violation[] => {
    const lastVersion = versions.get(subject) ?? 0;
    const verdict = sequenceGuard({ lastVersion, lastEpoch }, { version, writerEpoch });
    versions.set(subject, Math.max(lastVersion, version));
    lastEpoch = Math.max(lastEpoch, writerEpoch);
    if (verdict === 'ok') return [];
    return [`${verdict === 'epoch-fell' ? 'stale writer' : 'version'}: ${id}, ${verdict}`];
  });
};

/** Behind a barrier only its own writer commits. */
const checkWriters = (records: readonly LogRecord[]): readonly Violation[] => {
  let barrier = -1;
  return records.flatMap((record): readonly Violation[] => {
    if (isBarrier(record)) {
      barrier = record.offset;
      return [];
    }
    const epoch = Number(record.headers['writerepoch']);
    if (epoch === barrier) return [];
    return [`stale writer: epoch ${epoch} at ${record.offset}, behind the barrier at ${barrier}`];
  });
};

const checkCommand = (
  { commandId, counterId, amount, answers }: SentCommand,
  events: readonly EventEnvelope[],
): readonly Violation[] => {
  const violations: Violation[] = [];
  const effects = events.filter((event) => event.commandId === commandId);
  if (effects.length > 1) violations.push(`doubled: ${commandId}, ${effects.length} events`);
  const [first] = answers;
  for (const answer of answers) {
    if (first !== undefined && core(answer) !== core(first)) {
      violations.push(`two answers: ${commandId}, ${core(first)} and ${core(answer)}`);
    }
    if (answer.kind === 'rejected' && effects.length > 0) {
      violations.push(`refused but applied: ${commandId}`);
    }
    if (answer.kind === 'accepted' && !hasEffect(effects, answer.version)) {
      violations.push(`lost: ${commandId} was accepted as ${counterId}/${answer.version}`);
    }
  }
  const foreign = effects.find(
    ({ subject, data }) => subject !== counterId || amountOf(data) !== amount,
  );
  if (foreign !== undefined) violations.push(`state: ${commandId} has the effect of another`);
  return violations;
};

const hasEffect = (effects: readonly EventEnvelope[], version: number): boolean =>
  effects.some((event) => event.version === version);

/** Kind, version and rows or code: equal in all answers to one command id. */
const core = (answer: CommandOutcome): string =>
  answer.kind === 'rejected'
    ? JSON.stringify([answer.kind, answer.code, answer.version])
    : JSON.stringify([answer.kind, answer.version, answer.rows]);

const checkState = (
  { rows, limit }: History,
  events: readonly EventEnvelope[],
): readonly Violation[] => {
  const totals = new Map<string, { total: number; version: number }>();
  for (const { subject, version, data } of events) {
    const total = (totals.get(subject)?.total ?? 0) + amountOf(data);
    totals.set(subject, { total, version });
  }
  const newest = new Map<string, unknown>();
  for (const record of rows) {
    if (isBarrier(record)) continue;
    newest.set(String(record.key), JSON.parse(String(record.value)));
  }
  return [...totals].flatMap(([id, { total, version }]): readonly Violation[] => {
    const violations: Violation[] = [];
    if (total > limit) violations.push(`limit: ${id} holds ${total}`);
    const expected = JSON.stringify({ kind: 'counter', total, version });
    const found = JSON.stringify(newest.get(id));
    if (found !== expected) violations.push(`state: ${id} is ${found}, its events say ${expected}`);
    return violations;
  });
};

const amountOf = (data: unknown): number =>
  typeof data === 'object' && data !== null && 'amount' in data ? Number(data.amount) : 0;
