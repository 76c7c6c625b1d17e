import { parseRunOptions } from './run-options';

describe('arguments of a run of engine specs', () => {
  it('mean both lines, the short form and all specs when there are none', () => {
    expect(parseRunOptions([])).toEqual({ lines: ['3.9', '4.4'], long: false, patterns: [] });
  });

  it('narrow the run', () => {
    expect(parseRunOptions(['--line', '4.4', 'tools/stack', '--long'])).toEqual({
      lines: ['4.4'],
      long: true,
      patterns: ['tools/stack'],
    });
  });

  it.each([
    [['--line', '5'], /5 is not 3.9 or 4.4/],
    [['--line'], /nothing is not/],
    [['--fast'], /--fast/],
  ])('are refused with a reason: %j', (args, reason) => {
    expect(parseRunOptions(args)).toMatch(reason);
  });
});
