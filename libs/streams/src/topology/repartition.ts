/**
 * Moving records to the lane of another key, through a topic that also carries time.
 */
import type { EpochMs, LogRecord, RecordHeaders } from '@millrace/event-log';
import { packPlain, unpackPlain } from '../state/plain-codec';
import { StreamNode } from './stream-node';
import type { StreamRecord } from './stream-record';
import type { Decoded, TopologyGraph } from './topology-graph';
import { dropRecord, type OutgoingRecord } from './wiring';

// Header of a record: "<event time>,<clock time>". Header of a marker: "<lane>,<watermark>,<idle>".
const TIMES = 'millrace_times';
const WATERMARK = 'millrace_watermark';

/** Adds both ends of a repartition topic; gives the node behind it. */
export const repartition = <V>(
  graph: TopologyGraph,
  from: StreamNode<V>,
  name: string | undefined,
): StreamNode<V> => {
  const topic = [graph.topologyId, ...(name === undefined ? [] : [name]), 'repartition'].join('-');
  const sinkId = graph.add('repartition-sink', [from.id], { topic });
  graph.repartitions.push({ topic, sinkId });
  from.attach((wiring) => (record) => {
    const { key, value, timestampMs, clockMs } = record;
    if (key === null) {
      dropRecord(wiring, { operator: sinkId, reason: 'nullKey' }, record);
      return;
    }
    const headers = { ...record.headers, [TIMES]: `${timestampMs},${clockMs}` };
    wiring.emit({ topic, route: key, key, value: packPlain(value), headers, timestampMs });
  });
  const node = new StreamNode<V>(graph.add('repartition-source', [sinkId], { topic }));
  graph.addInput<V>({
    nodeId: node.id,
    topic,
    kind: 'repartition',
    outOfOrdernessMs: 0,
    decode: decodeMoved,
    connect: (wiring) => node.outlet(wiring),
  });
  return node;
};

/** What one lane tells another about its time. */
export interface WatermarkMarker {
  readonly topic: string;
  readonly fromLane: number;
  readonly toLane: number;
  /** null while unknown. */
  readonly watermarkMs: EpochMs | null;
  readonly idle: boolean;
}

/** The record that carries a watermark behind the records it speaks of. */
export const markerRecord = (marker: WatermarkMarker): OutgoingRecord => ({
  topic: marker.topic,
  route: marker.toLane,
  key: null,
  value: null,
  headers: {
    [WATERMARK]: `${marker.fromLane},${marker.watermarkMs ?? ''},${marker.idle ? 1 : 0}`,
  },
  timestampMs: marker.watermarkMs ?? 0,
});

const decodeMoved = <V>(raw: LogRecord): Decoded<V> => {
  const marker = raw.headers[WATERMARK];
  if (marker !== undefined) return decodeMarker(marker);
  const { [TIMES]: times = '', ...headers } = raw.headers;
  const [eventMs = Number.NaN, clockMs = Number.NaN] = times.split(',').map(Number);
  if (!Number.isFinite(eventMs) || !Number.isFinite(clockMs) || raw.value === null) {
    return { kind: 'undecodable', cause: new Error('not a record of a repartition topic') };
  }
  return { kind: 'record', record: movedRecord(raw, { eventMs, clockMs, headers }) };
};

const movedRecord = <V>(
  raw: LogRecord,
  parts: { eventMs: EpochMs; clockMs: EpochMs; headers: RecordHeaders },
): StreamRecord<V> => ({
  key: raw.key === null ? null : raw.key.toString('utf8'),
  value: unpackPlain(raw.value ?? Buffer.alloc(0)),
  timestampMs: parts.eventMs,
  clockMs: parts.clockMs,
  headers: parts.headers,
});

const decodeMarker = <V>(text: string): Decoded<V> => {
  const [lane = '', watermark = '', idle = ''] = text.split(',');
  return {
    kind: 'marker',
    lane: Number(lane),
    watermarkMs: watermark === '' ? null : Number(watermark),
    idle: idle === '1',
  };
};
