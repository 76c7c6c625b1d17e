/** Committed offsets of a group (FindCoordinator, version 1; OffsetFetch, version 3). */
import { askBroker, type BrokerAddress } from './ask-broker';
import { WireWriter } from './wire-bytes';

/** Whose offsets, of what. */
export interface GroupQuestion {
  readonly group: string;
  readonly topic: string;
  readonly partitions: readonly number[];
}

const FIND_COORDINATOR = 10;
const OFFSET_FETCH = 9;
const GROUP_KEY = 0;

/** @returns by partition; -1 where the group has committed nothing */
export const groupPositions = async (
  address: BrokerAddress,
  { group, topic, partitions }: GroupQuestion,
): Promise<ReadonlyMap<number, number>> => {
  const coordinator = await coordinatorOf(address, group);
  const body = new WireWriter().string(group).int32(1).string(topic);
  body.array(partitions, (partition) => body.int32(partition));
  const reader = await askBroker(coordinator, { apiKey: OFFSET_FETCH, version: 3, body });
  reader.int32(); // throttle time
  const positions = reader.array(() => {
    reader.string();
    return reader.array((): readonly [number, number] => {
      const partition = reader.int32();
      const offset = reader.int64();
      reader.nullableString(); // metadata
      reader.int16(); // error of the partition
      return [partition, offset];
    });
  });
  const error = reader.int16();
  if (error !== 0) throw new Error(`group ${group}: OffsetFetch answers error ${error}`);
  return new Map(positions.flat());
};

const coordinatorOf = async (address: BrokerAddress, group: string): Promise<BrokerAddress> => {
  const body = new WireWriter().string(group).int8(GROUP_KEY);
  const reader = await askBroker(address, { apiKey: FIND_COORDINATOR, version: 1, body });
  reader.int32(); // throttle time
  const error = reader.int16();
  reader.nullableString(); // error text
  reader.int32(); // node id
  if (error !== 0) throw new Error(`group ${group}: FindCoordinator answers error ${error}`);
  return { host: reader.string(), port: reader.int32() };
};
