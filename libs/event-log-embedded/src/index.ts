export { DEFAULT_LIMITS, type EmbeddedLogLimits } from './embedded-limits';
export {
  EmbeddedLog,
  type EmbeddedLogOptions,
  openEmbeddedLog,
} from './embedded-log';
export { LogFormatUnknownError, LogStorageError } from './embedded-log.errors';
export {
  holderText,
  type LogHolder,
  readLogHolder,
  removeLogHolder,
  writeLogHolder,
} from './log-holder';
