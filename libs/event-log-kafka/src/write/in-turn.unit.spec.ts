import { InTurn } from './in-turn';

describe('tasks in turn', () => {
  it('begin at once when nothing runs, else in the order of their calls', async () => {
    const turn = new InTurn();
    const seen: string[] = [];
    const first = turn.run(async () => {
      seen.push('first begins');
      await undefined;
      seen.push('first ends');
    });
    const second = turn.run(async () => {
      seen.push('second');
    });
    expect(seen).toEqual(['first begins']);
    await Promise.all([first, second]);
    expect(seen).toEqual(['first begins', 'first ends', 'second']);
  });

  it('go on after one that failed, whose caller alone is told', async () => {
    const turn = new InTurn();
    const failed = turn.run(() => Promise.reject(new Error('failed')));
    const next = turn.run(async () => 'next');
    await expect(failed).rejects.toThrow('failed');
    expect(await next).toBe('next');
  });
});
