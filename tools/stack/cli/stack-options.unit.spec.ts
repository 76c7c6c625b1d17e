import { parseStackOptions, StackUsageError } from './stack-options';

describe('arguments of the stack', () => {
  it('mean all engines, and leave brokers and line open, when only a command is given', () => {
    expect(parseStackOptions(['up'])).toEqual({
      command: 'up',
      engines: ['kafka', 'elasticsearch', 'redis', 'postgres'],
      brokers: undefined,
      line: undefined,
    });
  });

  it('name brokers, line and engines, which keep their order of starting', () => {
    expect(
      parseStackOptions(['up', '--kafka', '1', '--line=4.4', '--only', 'redis,kafka']),
    ).toEqual({ command: 'up', engines: ['kafka', 'redis'], brokers: 1, line: '4.4' });
  });

  it.each([['--help'], ['up', '-h']])('ask for help: %s', (...args) => {
    expect(parseStackOptions(args).command).toBe('help');
  });

  it.each([
    [[], /command/],
    [['start'], /command/],
    [['up', 'kafka'], /kafka/],
    [['up', '--kafka', '2'], /1 or 3/],
    [['up', '--line', '4.3'], /3.9 or 4.4/],
    [['up', '--only', 'kafka,mysql'], /mysql/],
    [['up', '--fast'], /--fast/],
  ])('are refused with a reason: %j', (args, reason) => {
    expect(() => parseStackOptions(args)).toThrow(StackUsageError);
    expect(() => parseStackOptions(args)).toThrow(reason);
  });
});
