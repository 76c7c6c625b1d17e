import {
  CommitOutcomeUnknownError,
  LogClosedError,
  LogUnavailableError,
  WriterBusyError,
  WriterFencedError,
} from '@millrace/event-log';
import { openKafkaWriter } from './kafka-writer';
import { type CoordinatorFault, event, ScriptedCluster } from './testing/scripted-cluster';
import { KafkaRefusedError } from './writing.errors';

const CONCURRENT = 51;
const LOADING = 14;
const NOT_COORDINATOR = 16;
const FENCED = 47;

const opened = async (cluster = new ScriptedCluster()) => {
  const writer = await openKafkaWriter(cluster.parts, { writerId: 'w' });
  cluster.asked.length = 0;
  return { cluster, writer };
};

const kindsIn = (cluster: ScriptedCluster) => cluster.events.map(({ kind }) => kind);

describe('the outcome of a commit', () => {
  /** Commits one record while EndTxn is answered so. */
  const committing = async (answers: readonly CoordinatorFault[], timeoutMs = 200) => {
    const { cluster, writer } = await opened(
      new ScriptedCluster({ operationTimeoutMs: timeoutMs }),
    );
    const transaction = writer.begin();
    await transaction.append([event(0)]);
    cluster.answer('commit', ...answers);
    return { cluster, writer, commit: transaction.commit() };
  };

  it.each([
    ['fenced at once', [FENCED]],
    ['a newer producer id', [49]],
    ['fenced, after tries that did nothing', [LOADING, CONCURRENT, 'unreachable', FENCED]],
  ] as const)('is "not committed" when the answer is %s', async (_, answers) => {
    const { cluster, writer, commit } = await committing(answers);
    await expect(commit).rejects.toBeInstanceOf(WriterFencedError);
    expect(() => writer.begin()).toThrow(WriterFencedError);
    expect(kindsIn(cluster)).toContain('writer-fenced');
  });

  it.each([
    ['fenced, after an answer was lost', ['lost', FENCED]],
    ['fenced, after a coordinator that may have decided', [NOT_COORDINATOR, FENCED]],
    ['another state, after an answer was lost', ['lost', 48]],
    ['another state', [48]],
    ['something unheard of', [999]],
    ['accepted, then something unheard of', [0, 999]],
  ] as const)('is unknown when the answer is %s', async (_, answers) => {
    const { cluster, writer, commit } = await committing(answers);
    await expect(commit).rejects.toBeInstanceOf(CommitOutcomeUnknownError);
    expect(() => writer.begin()).toThrow(WriterBusyError);
    expect(() => writer.begin()).toThrow('open the writer anew');
    expect(kindsIn(cluster)).toContain('writer-in-doubt');
  });

  it('is unknown when every answer is lost until the deadline', async () => {
    const answers = Array.from({ length: 50 }, () => 'lost' as const);
    const { commit } = await committing(answers, 20);
    await expect(commit).rejects.toBeInstanceOf(CommitOutcomeUnknownError);
  });

  it('is "nothing kept" when no request ever left', async () => {
    const answers = Array.from({ length: 50 }, () => 'unreachable' as const);
    const { writer, commit } = await committing(answers, 20);
    await expect(commit).rejects.toBeInstanceOf(LogUnavailableError);
    expect(() => writer.begin()).toThrow(WriterBusyError);
  });

  it.each([
    ['the coordinator has moved', [NOT_COORDINATOR, LOADING, 0]],
    ['a successor was let in after it', [0, CONCURRENT, FENCED]],
  ] as const)('is known though %s', async (_, answers) => {
    const { commit } = await committing(answers);
    expect(await commit).toMatchObject({ partitions: [{ baseOffset: 0, nextOffset: 1 }] });
  });

  it('is known after a lost answer; but a late request could end the next one', async () => {
    const { cluster, writer, commit } = await committing(['lost', 0]);
    expect(await commit).toMatchObject({ partitions: [{ nextOffset: 1 }] });
    expect(() => writer.begin()).toThrow(LogUnavailableError);
    expect(() => writer.begin()).toThrow('open it anew');
    expect(kindsIn(cluster)).toContain('writer-in-doubt');
  });
});

describe('a failure before the commit', () => {
  it.each([
    ['Produce', LogUnavailableError, 45],
    ['Produce', WriterFencedError, FENCED],
    ['Produce', KafkaRefusedError, 10],
  ] as const)('of %s is a %p, and nothing is committed', async (_, type, code) => {
    const { cluster, writer } = await opened();
    const transaction = writer.begin();
    await transaction.append([event(0)]);
    cluster.fault(1, { code, partition: 0 });
    await expect(transaction.commit()).rejects.toBeInstanceOf(type);
    await transaction.abort();
    const isFenced = type === WriterFencedError;
    expect(cluster.asked).toEqual(['AddPartitionsToTxn', ...(isFenced ? [] : ['abort'])]);
    expect(() => writer.begin()).toThrow(isFenced ? WriterFencedError : WriterBusyError);
  });

  it('of an early round comes up in the next append, and again in the commit', async () => {
    const { cluster, writer } = await opened();
    const transaction = writer.begin();
    cluster.fault(1, { code: 45, partition: 0 });
    await transaction.append([event(0, 'x'.repeat(600_000))]);
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    await expect(transaction.append([event(0)])).rejects.toBeInstanceOf(LogUnavailableError);
    await expect(transaction.commit()).rejects.toBeInstanceOf(LogUnavailableError);
    await transaction.abort();
    expect(cluster.asked).toEqual(['AddPartitionsToTxn', 'abort']);
  });

  it('tells a fenced writer at its first append', async () => {
    const { cluster, writer } = await opened();
    cluster.answer('AddPartitionsToTxn', FENCED);
    const transaction = writer.begin();
    await expect(transaction.append([event(0)])).rejects.toBeInstanceOf(WriterFencedError);
    await transaction.abort();
    expect(() => writer.begin()).toThrow(WriterFencedError);
    expect(cluster.produced).toEqual([]);
    await writer.close();
    expect(() => writer.begin()).toThrow(LogClosedError);
  });

  it('is none when the transaction before is still ended, or the coordinator moves', async () => {
    const { cluster, writer } = await opened();
    cluster.answer('AddPartitionsToTxn', CONCURRENT, NOT_COORDINATOR, LOADING);
    const transaction = writer.begin();
    await transaction.append([event(0)]);
    await transaction.commit();
    writer.begin();
  });

  it('by a lost answer of AddPartitionsToTxn ends the writer after this transaction', async () => {
    const { cluster, writer } = await opened();
    cluster.answer('AddPartitionsToTxn', 'lost');
    const transaction = writer.begin();
    await transaction.append([event(0)]);
    await transaction.commit();
    expect(() => writer.begin()).toThrow(LogUnavailableError);
  });
});

describe('an abort', () => {
  it('waits until readers are past the transaction', async () => {
    const { cluster, writer } = await opened();
    const transaction = writer.begin();
    await transaction.append([event(0)]);
    cluster.answer('abort', 0, CONCURRENT, CONCURRENT);
    await transaction.abort();
    await transaction.abort();
    expect(cluster.asked).toEqual(['AddPartitionsToTxn', 'abort', 'abort', 'abort', 'abort']);
    expect(cluster.produced).toEqual([]);
    writer.begin();
  });

  it.each([
    [FENCED, WriterFencedError],
    [48, WriterBusyError],
  ])('never rejects: answered %i, the writer begins no more', async (code, type) => {
    const { cluster, writer } = await opened();
    const transaction = writer.begin();
    await transaction.append([event(0)]);
    cluster.answer('abort', code);
    await transaction.abort();
    expect(() => writer.begin()).toThrow(type);
  });

  it('awaits what is in flight, so that the writer can go on', async () => {
    const { cluster, writer } = await opened();
    cluster.fault(1, { code: 6, partition: 0 }, { code: 6, partition: 0 });
    const transaction = writer.begin();
    await transaction.append([event(0, 'x'.repeat(600_000))]);
    await transaction.abort();
    const next = writer.begin();
    await next.append([event(0)]);
    await next.commit();
    expect(cluster.sequencesSent(0)).toEqual([0, 0, 0, 1]);
  });

  it('by close ends the retries of an append that cannot get through', async () => {
    const { cluster, writer } = await opened(new ScriptedCluster({ operationTimeoutMs: 60_000 }));
    cluster.answer('AddPartitionsToTxn', ...Array.from({ length: 9 }, () => 15));
    const appended = writer.begin().append([event(0)]);
    await new Promise(setImmediate);
    const closed = writer.close();
    await expect(appended).rejects.toBeInstanceOf(LogUnavailableError);
    await closed;
    expect(cluster.asked.filter((name) => name === 'AddPartitionsToTxn').length).toBeLessThan(4);
  });

  it('comes with close, once; what follows is refused for good', async () => {
    const { cluster, writer } = await opened();
    const transaction = writer.begin();
    await transaction.append([event(0)]);
    await Promise.all([writer.close(), writer.close()]);
    expect(cluster.asked).toEqual(['AddPartitionsToTxn', 'abort', 'abort']);
    await expect(transaction.commit()).rejects.toMatchObject({ retryable: false });
    expect(() => writer.begin()).toThrow(LogClosedError);
  });
});
