import { reasonToWipe, VIEWS_FORMAT, type ViewsState } from './views-state';

const state = (part: Partial<ViewsState> = {}): ViewsState => ({
  format: VIEWS_FORMAT,
  log: 'log-1',
  phase: 'closed',
  boot: 'boot-1',
  ...part,
});

describe('views are wiped or kept when', () => {
  it.each<readonly [string, ViewsState | undefined, string | undefined]>([
    ['closed', state(), undefined],
    ['closed before the machine went down', state({ boot: 'boot-0' }), undefined],
    ['left open by a process that was killed', state({ phase: 'open' }), undefined],
    [
      'left open when the machine went down',
      state({ phase: 'open', boot: 'boot-0' }),
      'machine-restarted',
    ],
    ['left open where boots have no name', state({ phase: 'open', boot: '' }), 'machine-restarted'],
    ['of another log', state({ log: 'log-0' }), 'other-log'],
    ['found damaged', state({ phase: 'damaged' }), 'damaged'],
    ['never finished', state({ phase: 'creating' }), 'not-ours'],
    ['of another format', state({ format: 'pglite-0.4' }), 'not-ours'],
    ['without a state', undefined, 'not-ours'],
  ])('%s', (_name, left, reason) => {
    expect(reasonToWipe(left, { log: 'log-1', boot: 'boot-1' })).toBe(reason);
  });
});
