/**
 * What members tell their leader, and what it answers. Both are written in the form of Kafka's
 * consumer protocol (version 0), so that Kafka's own tools list members, partitions and lag; what
 * is ours stands in the field that the protocol leaves to the assignor.
 * Source: Kafka's ConsumerProtocolSubscription.json and ConsumerProtocolAssignment.json.
 */
import { createHash } from 'node:crypto';

import Encoder = require('kafkajs/src/protocol/encoder');

import { RequestFailedError } from '../wire/request-failed.errors';
import { WireReader } from '../wire/wire-reader';

/** What a member holds, as it says when it joins. */
export interface MemberClaims {
  readonly address?: string;
  /** Lanes that it has and would keep, ascending. */
  readonly owned: readonly number[];
  /** Lanes that it is letting go; nobody may have them yet, ascending. */
  readonly releasing: readonly number[];
  /** The generation that placed them; -1 for a new member. */
  readonly generation: number;
  /** It wants no lanes any more. */
  readonly leaving: boolean;
}

/** What a member is given. */
export interface LaneAssignment {
  /** Ascending. */
  readonly lanes: readonly number[];
  /** Nothing is withheld from anybody: the placement of this generation is the final one. */
  readonly settled: boolean;
}

const CONSUMER_PROTOCOL_VERSION = 0;
const MESSAGE_VERSION = 1;

/**
 * Name of the protocol that members of one group share. It names topics and lanes, so that the
 * coordinator refuses a member that would place other lanes.
 * @param topics physical names
 */
export const protocolNameOf = (topics: readonly string[], lanes: number): string => {
  const placed = JSON.stringify([[...topics].sort(), lanes]);
  const hash = createHash('sha256').update(placed).digest('hex').slice(0, 12);
  return `millrace-lanes-${MESSAGE_VERSION}-${hash}`;
};

/** @param topics physical names */
export const encodeClaims = (topics: readonly string[], claims: MemberClaims): Buffer => {
  const ours = new Encoder()
    .writeInt16(MESSAGE_VERSION)
    .writeString(claims.address ?? null)
    .writeInt32(claims.generation)
    .writeInt16(claims.leaving ? 1 : 0);
  writeNumbers(ours, claims.owned);
  writeNumbers(ours, claims.releasing);
  const message = new Encoder().writeInt16(CONSUMER_PROTOCOL_VERSION).writeInt32(topics.length);
  for (const topic of topics) message.writeString(topic);
  return Buffer.from(message.writeBytes(ours.buffer).buffer);
};

/** @throws RequestFailedError it was not written by {@link encodeClaims} */
export const decodeClaims = (bytes: Buffer): MemberClaims =>
  decoded('the claims of a member', () => {
    const message = new WireReader(bytes);
    message.int16();
    for (let topics = message.int32(); topics > 0; topics--) message.string();
    const ours = new WireReader(message.bytes());
    checkVersion(ours.int16());
    const address = ours.string();
    const generation = ours.int32();
    const leaving = ours.int16() === 1;
    const owned = readNumbers(ours);
    const releasing = readNumbers(ours);
    return { ...(address === null ? {} : { address }), owned, releasing, generation, leaving };
  });

/** @param topics physical names */
export const encodeAssignment = (
  topics: readonly string[],
  { lanes, settled }: LaneAssignment,
): Buffer => {
  const ours = new Encoder().writeInt16(MESSAGE_VERSION).writeInt16(settled ? 1 : 0);
  writeNumbers(ours, lanes);
  const message = new Encoder().writeInt16(CONSUMER_PROTOCOL_VERSION).writeInt32(topics.length);
  for (const topic of topics) writeNumbers(message.writeString(topic), lanes);
  return Buffer.from(message.writeBytes(ours.buffer).buffer);
};

/** @throws RequestFailedError it was not written by {@link encodeAssignment} */
export const decodeAssignment = (bytes: Buffer): LaneAssignment =>
  decoded('the assignment of a member', () => {
    const message = new WireReader(bytes);
    message.int16();
    for (let topics = message.int32(); topics > 0; topics--) {
      message.string();
      readNumbers(message);
    }
    const ours = new WireReader(message.bytes());
    checkVersion(ours.int16());
    const settled = ours.int16() === 1;
    return { lanes: readNumbers(ours), settled };
  });

const writeNumbers = (encoder: Encoder, numbers: readonly number[]): void => {
  encoder.writeInt32(numbers.length);
  for (const number of numbers) encoder.writeInt32(number);
};

const readNumbers = (reader: WireReader): readonly number[] => {
  const numbers: number[] = [];
  for (let left = reader.int32(); left > 0; left--) numbers.push(reader.int32());
  return numbers;
};

const checkVersion = (version: number): void => {
  if (version !== MESSAGE_VERSION) throw new RangeError(`version ${version} is not known`);
};

const decoded = <T>(what: string, decode: () => T): T => {
  try {
    return decode();
  } catch (cause) {
    throw new RequestFailedError(what, {
      kind: 'protocol',
      type: 'GROUP_MESSAGE_UNREADABLE',
      mayHaveArrived: false,
      cause,
    });
  }
};
