import { HeldLanes } from './held-lanes';

const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await undefined;
};

/** Lanes whose callbacks end when they are told to. */
const watched = () => {
  const seen: string[] = [];
  const waiting: { readonly end: () => void; readonly fail: (error: Error) => void }[] = [];
  let released = 0;
  const failures: unknown[] = [];
  const callback = (sign: string) => (lanes: readonly number[]) => {
    seen.push(`${sign}${lanes.join()}`);
    return new Promise<void>((resolve, reject) => {
      waiting.push({ end: resolve, fail: reject });
    });
  };
  const lanes = new HeldLanes({
    onAssigned: callback('+'),
    onRevoked: callback('-'),
    onReleased: () => {
      released += 1;
    },
    onFailed: (error) => failures.push(error),
  });
  return {
    lanes,
    seen,
    failures,
    released: () => released,
    end: async () => {
      waiting.shift()?.end();
      await turns();
    },
    fail: async (error: Error) => {
      waiting.shift()?.fail(error);
      await turns();
    },
  };
};

describe('lanes of a member', () => {
  it('are handed over at once, and claimed from then on', async () => {
    const { lanes, seen } = watched();
    lanes.take([2, 0]);
    expect(seen).toEqual(['+0,2']);
    expect(lanes.claims()).toEqual({ owned: [0, 2], releasing: [] });
  });

  it('that stay are not named to the user again', async () => {
    const { lanes, seen, end } = watched();
    lanes.take([0, 1]);
    await end();
    lanes.take([1, 2]);
    await end();
    expect(seen).toEqual(['+0,1', '-0', '+2']);
  });

  it('are claimed until their revoke has ended, which is told then', async () => {
    const { lanes, released, end } = watched();
    lanes.take([0, 1]);
    await end();
    lanes.take([0]);
    expect(lanes.claims()).toEqual({ owned: [0], releasing: [1] });
    expect(released()).toBe(0);
    await end();
    expect(lanes.claims()).toEqual({ owned: [0], releasing: [] });
    expect(released()).toBe(1);
  });

  it('that go while a callback runs wait for its end, and are not claimed to be kept meanwhile', async () => {
    const { lanes, seen, end } = watched();
    lanes.take([0, 1]);
    lanes.take([0]);
    expect(seen).toEqual(['+0,1']);
    expect(lanes.claims()).toEqual({ owned: [0], releasing: [1] });
    await end();
    expect(seen).toEqual(['+0,1', '-1']);
  });

  it('that went before the user was told of them are free without a revoke, which is told', async () => {
    const { lanes, seen, released, end } = watched();
    lanes.take([0]);
    lanes.take([0, 1]);
    expect(lanes.claims()).toEqual({ owned: [0, 1], releasing: [] });
    lanes.take([0]);
    expect(released()).toBe(1);
    await end();
    expect(seen).toEqual(['+0']);
  });

  it('that come back during their revoke are assigned when it has ended', async () => {
    const { lanes, seen, end } = watched();
    lanes.take([0]);
    await end();
    lanes.take([]);
    lanes.take([0]);
    expect(seen).toEqual(['+0', '-0']);
    expect(lanes.claims()).toEqual({ owned: [], releasing: [0] });
    await end();
    expect(seen).toEqual(['+0', '-0', '+0']);
  });

  it('are applied when the last callback has ended', async () => {
    const { lanes, end } = watched();
    let isApplied = false;
    lanes.take([0]);
    lanes.take([1]);
    void lanes.applied().then(() => {
      isApplied = true;
    });
    await end();
    await end();
    expect(isApplied).toBe(false);
    await end();
    expect(isApplied).toBe(true);
  });
});

describe('a callback that rejects', () => {
  it('on being given lanes lets all go, these too, before the failure is told', async () => {
    const { lanes, seen, failures, end, fail } = watched();
    lanes.take([0]);
    await end();
    lanes.take([0, 1]);
    await fail(new Error('no state'));
    expect(seen).toEqual(['+0', '+1', '-0,1']);
    expect(failures).toEqual([]);
    await end();
    expect(failures).toEqual([new Error('no state')]);
  });

  it('leaves lanes claimed until they are let go: nobody else may have them before', async () => {
    const { lanes, end, fail } = watched();
    lanes.take([0]);
    await end();
    lanes.take([0, 1]);
    await fail(new Error('no state'));
    expect(lanes.claims()).toEqual({ owned: [], releasing: [0, 1] });
    await end();
    expect(lanes.claims()).toEqual({ owned: [], releasing: [] });
  });

  it('on letting lanes go is not asked for them again, but for the others', async () => {
    const { lanes, seen, failures, end, fail } = watched();
    lanes.take([0, 1]);
    await end();
    lanes.take([1]);
    await fail(new Error('cannot let go'));
    await fail(new Error('nor this'));
    expect(seen).toEqual(['+0,1', '-0', '-1']);
    expect(failures).toEqual([new Error('cannot let go')]);
  });

  it('ends it: no lanes are taken any more', async () => {
    const { lanes, seen, fail } = watched();
    lanes.take([0]);
    await fail(new Error('no state'));
    lanes.take([1]);
    expect(seen).toEqual(['+0', '-0']);
  });
});
