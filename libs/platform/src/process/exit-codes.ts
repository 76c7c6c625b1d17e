/** Exit codes of every process, for operators' scripts. */
import { LogInUseError, LogUnavailableError, TopicMismatchError } from '@millrace/event-log';
import {
  KafkaAuthenticationError,
  KafkaTlsError,
  KafkaUnreachableError,
  KafkaUnsafeError,
} from '@millrace/event-log-kafka';
import { ConfigInvalidError } from '../config/config.errors';
import { DataFolderOtherLogError } from '../event-log/data-folder.errors';

/** See the top of the file. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  /** A setting, an option or an argument is refused. */
  usage: 2,
  /** What was compared differs. */
  mismatch: 3,
  /** A broker, or the process of a data folder, cannot be reached: wrong address, CA or password. */
  unreachable: 4,
  /** A guard says no: the folder is in use, or the log is not safe. */
  refused: 5,
  interrupted: 130,
} as const;

/** The exit code that an error at start means. */
export const exitCodeOf = (error: unknown): number => {
  if (error instanceof ConfigInvalidError) return exitCodes.usage;
  if (UNREACHABLE.some((kind) => error instanceof kind)) return exitCodes.unreachable;
  return REFUSED.some((kind) => error instanceof kind) ? exitCodes.refused : exitCodes.failed;
};

const UNREACHABLE = [
  KafkaAuthenticationError,
  KafkaTlsError,
  KafkaUnreachableError,
  LogUnavailableError,
] as const;

const REFUSED = [
  DataFolderOtherLogError,
  KafkaUnsafeError,
  LogInUseError,
  TopicMismatchError,
] as const;
