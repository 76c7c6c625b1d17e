export { DEFAULT_LIMITS, type EmbeddedLogLimits } from './embedded-limits';
export {
  EmbeddedLog,
  type EmbeddedLogOptions,
  openEmbeddedLog,
} from './embedded-log';
export { LogFormatUnknownError, LogStorageError } from './embedded-log.errors';
export { type LogHolder, readLogHolder } from './log-holder';
