/** What one broker knows of the cluster: Metadata, version 4. */
import { askBroker, type BrokerAddress } from './ask-broker';
import { WireWriter } from './wire-bytes';

/** A partition as a broker sees it. */
export interface PartitionView {
  readonly topic: string;
  readonly partition: number;
  /** Node id of its leader; -1 when it has none. */
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  /** Kafka's error code; 0 when all is well. */
  readonly error: number;
}

/** The cluster as a broker sees it. */
export interface ClusterView {
  readonly brokers: readonly (BrokerAddress & { readonly nodeId: number })[];
  /** -1 when unknown. */
  readonly controller: number;
  /** Of all topics, internal ones too. */
  readonly partitions: readonly PartitionView[];
}

const METADATA = 3;
const ALL_TOPICS = -1;

export const clusterView = async (address: BrokerAddress): Promise<ClusterView> => {
  const body = new WireWriter().int32(ALL_TOPICS).int8(0);
  const reader = await askBroker(address, { apiKey: METADATA, version: 4, body });
  reader.int32(); // throttle time
  const brokers = reader.array(() => {
    const broker = { nodeId: reader.int32(), host: reader.string(), port: reader.int32() };
    reader.nullableString(); // rack
    return broker;
  });
  reader.nullableString(); // cluster id
  const controller = reader.int32();
  const partitions = reader.array(() => {
    reader.int16(); // error of the topic; its partitions carry theirs
    const topic = reader.string();
    reader.int8(); // is internal
    return reader.array(() => ({
      topic,
      error: reader.int16(),
      partition: reader.int32(),
      leader: reader.int32(),
      replicas: reader.array(() => reader.int32()),
      isr: reader.array(() => reader.int32()),
    }));
  });
  return { brokers, controller, partitions: partitions.flat() };
};
