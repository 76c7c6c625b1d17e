import { requests } from 'kafkajs/src/protocol/requests';
import { fetchCall } from './fetch-call';
import { produceCall } from './produce-call';
import { RequestFailedError } from './request-failed.errors';
import { WireReader } from './wire-reader';

const bytesOf = async (call: {
  at(version: number): { request: { encode: () => Promise<{ buffer: Buffer }> } };
  versions: readonly number[];
}): Promise<Buffer> => {
  const { request } = call.at(call.versions.at(-1) ?? -1);
  return (await request.encode()).buffer;
};

describe('a fetch request', () => {
  it('has the bytes that kafkajs would send for the same positions', async () => {
    const theirs = requests['Fetch']?.protocol({ version: 11 })({
      replicaId: -1,
      maxWaitTime: 250,
      minBytes: 1,
      maxBytes: 1_000,
      isolationLevel: 1,
      rackId: 'r1',
      topics: [
        {
          topic: 'a',
          partitions: [
            { partition: 2, fetchOffset: '4294967301', maxBytes: 100 },
            { partition: 0, fetchOffset: '0', maxBytes: 100 },
          ],
        },
        { topic: 'b', partitions: [{ partition: 1, fetchOffset: '7', maxBytes: 100 }] },
      ],
    });
    const ours = fetchCall({
      maxWaitMs: 250,
      minBytes: 1,
      maxBytes: 1_000,
      rackId: 'r1',
      positions: [
        { topic: 'a', partition: 2, offset: 4_294_967_301, maxBytes: 100 },
        { topic: 'a', partition: 0, offset: 0, maxBytes: 100 },
        { topic: 'b', partition: 1, offset: 7, maxBytes: 100 },
      ],
    });
    const expected = (await theirs?.request.encode())?.buffer;
    expect(await bytesOf(ours)).toEqual(expected);
  });
});

describe('a produce request', () => {
  it('carries batches as they are, by topic, with acks of all in-sync replicas', async () => {
    const call = produceCall({
      transactionalId: 'w',
      timeoutMs: 9,
      batches: [
        { topic: 't', partition: 1, batch: Buffer.from('one') },
        { topic: 'u', partition: 0, batch: Buffer.from('three') },
        { topic: 't', partition: 2, batch: Buffer.from('two!') },
      ],
    });
    const reader = new WireReader(await bytesOf(call));
    expect([reader.string(), reader.int16(), reader.int32(), reader.int32()]).toEqual([
      'w',
      -1,
      9,
      2,
    ]);
    expect([reader.string(), reader.int32()]).toEqual(['t', 2]);
    expect([reader.int32(), reader.bytes().toString()]).toEqual([1, 'one']);
    expect([reader.int32(), reader.bytes().toString()]).toEqual([2, 'two!']);
    expect([reader.string(), reader.int32()]).toEqual(['u', 1]);
    expect([reader.int32(), reader.bytes().toString()]).toEqual([0, 'three']);
  });
});

describe('the reader of answers', () => {
  const int64 = (value: bigint): WireReader => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(value);
    return new WireReader(bytes);
  };

  it.each([0n, -1n, 4_294_967_296n, -4_294_967_297n, 9_007_199_254_740_991n])(
    'reads %p exactly',
    (value) => {
      expect(BigInt(int64(value).int64())).toBe(value);
    },
  );

  it('refuses an integer that a number cannot hold', () => {
    expect(() => int64(9_007_199_254_740_992n).int64()).toThrow(RequestFailedError);
  });
});
