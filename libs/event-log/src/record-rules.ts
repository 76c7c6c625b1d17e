/**
 * What may be written: the port's rules about topics and records, for every adapter.
 */
import { InvalidRecordError, RecordTooLargeError } from './event-log.errors';
import type { RecordToAppend } from './record';
import type { TopicSpec } from './topic';

const TOPIC_NAME = /^[a-z0-9._-]{1,200}$/;
const MAX_PARTITIONS = 1_000;
const MAX_WRITER_ID = 200;

/** Largest record that a log takes unless it is told otherwise, in bytes of {@link recordSizeBytes}. */
export const DEFAULT_MAX_RECORD_BYTES = 1_048_576;

/**
 * Checks a topic's declaration.
 * @throws InvalidRecordError names the topic and what is wrong with it
 */
export const checkTopicSpec = (topic: TopicSpec): void => {
  if (!TOPIC_NAME.test(topic.name)) {
    throw new InvalidRecordError(`topic name ${JSON.stringify(topic.name)} is not allowed`);
  }
  const { name, partitions, retentionMs } = topic;
  if (!Number.isSafeInteger(partitions) || partitions < 1 || partitions > MAX_PARTITIONS) {
    throw new InvalidRecordError(`topic ${name}: ${partitions} partitions, allowed are 1 to 1000`);
  }
  if (!Number.isSafeInteger(retentionMs) || retentionMs < -1 || retentionMs === 0) {
    throw new InvalidRecordError(
      `topic ${name}: retention ${retentionMs} ms is not -1 or positive`,
    );
  }
};

/** @throws InvalidRecordError when the id has not 1 to 200 characters */
export const checkWriterId = (writerId: string): void => {
  if (writerId.length < 1 || writerId.length > MAX_WRITER_ID) {
    throw new InvalidRecordError(`a writer id has 1 to ${MAX_WRITER_ID} characters`);
  }
};

/**
 * Checks one record against its topic.
 *
 * @param limitBytes largest record, in bytes
 * @throws InvalidRecordError null key on a compacted topic, or a header that is not text
 * @throws RecordTooLargeError above the limit
 */
export const checkRecord = (record: RecordToAppend, topic: TopicSpec, limitBytes: number): void => {
  if (record.key === null && topic.cleanup !== 'delete') {
    throw new InvalidRecordError(`${topic.name} is compacted: a record needs a key`);
  }
  checkHeaders(record);
  const sizeBytes = recordSizeBytes(record);
  if (sizeBytes > limitBytes) throw new RecordTooLargeError(record, sizeBytes, limitBytes);
};

/** Bytes of key, value, header names and header values in UTF-8; framing is not counted. */
export const recordSizeBytes = (record: RecordToAppend): number => {
  let size = sizeOf(record.key) + sizeOf(record.value);
  for (const name in record.headers) {
    size += Buffer.byteLength(name) + Buffer.byteLength(record.headers[name] ?? '');
  }
  return size;
};

const checkHeaders = (record: RecordToAppend): void => {
  for (const name in record.headers) {
    if (typeof record.headers[name] !== 'string' || name === '__proto__') {
      throw new InvalidRecordError(
        `${record.topic}: header ${name} is not a text under a plain name`,
      );
    }
  }
};

const sizeOf = (data: string | Uint8Array | null): number => {
  if (data === null) return 0;
  return typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength;
};
