import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runConformance } from './conformance/run-conformance';

const folder = join(__dirname, '..', '..', 'conformance');

const folderOf = (cases: readonly unknown[]): string => {
  const made = mkdtempSync(join(tmpdir(), 'millrace-conformance-'));
  const file = { format: 1, operator: { type: 'windowAssign' }, cases };
  writeFileSync(join(made, 'windowAssign.json'), JSON.stringify(file));
  return made;
};

const assignCase = (windowStart: number, tags: readonly string[] = []) => ({
  id: 'T-1',
  name: 'tumbling 5 at 7',
  operator: { type: 'windowAssign', window: { type: 'tumbling', sizeMs: 5 } },
  compare: 'perStep',
  input: [{ ts: 7 }],
  expected: [{ after: 0, windowStart, windowEnd: windowStart + 5 }],
  tags,
});

describe('conformance vectors', () => {
  it('pass entirely for every operator that exists', () => {
    const report = runConformance(folder);
    expect(report.failed + report.deviating).toBe(0);
    expect(report.lines).toContain('windowAssign: 10 of 10 passed');
    expect(report.lines).toContain('windowAggregate: 16 of 16 passed');
    expect(report.lines.at(-1)).toBe('41 passed, 0 failed, 0 deviating');
  });

  it('name an operator that does not exist and count it as nothing', () => {
    expect(runConformance(folder).lines).toContain(
      'skipped suppress: no such operator yet (5 cases)',
    );
  });

  it('count a differing case as failed, or as deviating when it is peerSpecific', () => {
    expect(runConformance(folderOf([assignCase(5)])).lines.at(-1)).toBe(
      '1 passed, 0 failed, 0 deviating',
    );
    expect(runConformance(folderOf([assignCase(0)])).failed).toBe(1);
    expect(runConformance(folderOf([assignCase(0, ['peerSpecific'])])).deviating).toBe(1);
  });

  it('refuse a folder without cases and a file of another format', () => {
    const empty = mkdtempSync(join(tmpdir(), 'millrace-conformance-'));
    expect(() => runConformance(empty)).toThrow('has no .json files');
    writeFileSync(join(empty, 'x.json'), '{"format":2}');
    expect(() => runConformance(empty)).toThrow('is not of format 1');
  });
});
