import { LogStorageFullError } from '@millrace/event-log';
import { LaneUnavailableError } from '@millrace/event-sourcing';
import { importFailureOf } from './import-failure';

describe('the failure of an import', () => {
  it('names the full disk behind a lost lane', () => {
    const full = new LogStorageFullError('the data folder');
    expect(importFailureOf(new LaneUnavailableError(0, 'lost', full))).toEqual({
      code: 'EVENT_LOG_STORAGE_FULL',
      message: full.message,
    });
  });

  it('is the error itself otherwise', () => {
    expect(importFailureOf(new LaneUnavailableError(0, 'lost'))).toMatchObject({
      code: 'OWNER_LANE_UNAVAILABLE',
    });
    expect(importFailureOf(new Error('odd'))).toEqual({ code: 'IMPORT_FAILED', message: 'odd' });
  });
});
