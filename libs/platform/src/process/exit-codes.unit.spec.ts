import { LogInUseError, LogStorageFullError } from '@millrace/event-log';
import { KafkaUnreachableError, KafkaUnsafeError } from '@millrace/event-log-kafka';
import { ConfigInvalidError } from '../config/config.errors';
import { DataFolderOtherLogError } from '../event-log/data-folder.errors';
import { exitCodeOf } from './exit-codes';

describe('the exit code of a start that fails', () => {
  it.each([
    [2, new ConfigInvalidError([])],
    [4, new KafkaUnreachableError(['a:1'])],
    [5, new KafkaUnsafeError([])],
    [5, new LogInUseError('folder', 'somebody')],
    [5, new DataFolderOtherLogError('folder', 'one', 'other')],
    [1, new LogStorageFullError('folder')],
    [1, new Error('anything')],
    [1, 'no error at all'],
  ])('is %i for %s', (code, error) => {
    expect(exitCodeOf(error)).toBe(code);
  });
});
