import { ReceiptIncompleteError } from './writing.errors';
import { WrittenRuns } from './written-runs';

const a = { topic: 'events', partition: 0 };
const b = { topic: 'events', partition: 1 };
const writerId = 'owner-1';

describe('the receipt of a transaction', () => {
  it('joins batches that stand behind one another', () => {
    const written = new WrittenRuns();
    written.note(a, 10, 2);
    written.note(b, 0, 1);
    written.note(a, 12, 3);
    expect(written.receipt({ writerId, records: 6, partitions: [a, b] })).toEqual({
      partitions: [
        { ...a, baseOffset: 10, nextOffset: 15 },
        { ...b, baseOffset: 0, nextOffset: 1 },
      ],
    });
  });

  it('names each run where another writer wrote in between', () => {
    const written = new WrittenRuns();
    written.note(a, 10, 2);
    written.note(a, 15, 1);
    expect(written.receipt({ writerId, records: 3, partitions: [a] }).partitions).toEqual([
      { ...a, baseOffset: 10, nextOffset: 12 },
      { ...a, baseOffset: 15, nextOffset: 16 },
    ]);
  });

  it('is refused without a partition that was appended to', () => {
    const written = new WrittenRuns();
    written.note(a, 10, 2);
    const receipt = () => written.receipt({ writerId, records: 2, partitions: [a, b] });
    expect(receipt).toThrow(ReceiptIncompleteError);
    expect(receipt).toThrow('no record of events/1 was acknowledged');
  });

  it.each([1, 3])('is refused when 2 records are acknowledged of %i', (records) => {
    const written = new WrittenRuns();
    written.note(a, 10, 2);
    const receipt = () => written.receipt({ writerId, records, partitions: [a] });
    expect(receipt).toThrow(`2 of ${records} records were acknowledged`);
  });

  it('is refused when a later batch stands before an earlier one', () => {
    const written = new WrittenRuns();
    written.note(a, 10, 2);
    written.note(a, 11, 1);
    const receipt = () => written.receipt({ writerId, records: 3, partitions: [a] });
    expect(receipt).toThrow('events/0 was acknowledged out of order');
  });
});
