import { simulateOwners } from './owner-simulation';
import { plantedBugs } from './planted-bugs';

describe('owners that compete for a lane', () => {
  it('never both accept, lose nothing that was acknowledged and double nothing, in 200 seeds', async () => {
    const seen = { accepted: 0, replayed: 0, fences: 0, unknownOutcomes: 0, crashes: 0, pauses: 0 };
    for (let seed = 1; seed <= 200; seed += 1) {
      const report = await simulateOwners({ seed });
      expect({ seed, violations: report.violations }).toEqual({ seed, violations: [] });
      for (const key of Object.keys(seen) as (keyof typeof seen)[]) seen[key] += report[key];
    }
    // The run is about something: everything that may happen did happen, often.
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(200);
  });

  it('repeat a run exactly, from its seed', async () => {
    expect(await simulateOwners({ seed: 7 })).toEqual(await simulateOwners({ seed: 7 }));
  });
});

describe('the checker', () => {
  it.each(plantedBugs)('catches the planted bug "%s" within 1,000 seeds', async (bug) => {
    const caught = async (): Promise<readonly string[]> => {
      for (let seed = 1; seed <= 1_000; seed += 1) {
        const { violations } = await simulateOwners({ seed, bug });
        // A missing barrier is seen at once; what counts is the harm that it does.
        const harm = violations.filter((violation) => !violation.startsWith('stale writer'));
        if (harm.length > 0) return harm;
      }
      return [];
    };
    expect(await caught()).not.toEqual([]);
  });
});
