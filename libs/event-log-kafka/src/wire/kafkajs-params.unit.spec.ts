import type { ApiCall } from './api-call';
import { findCoordinatorCall } from './cluster-calls';
import { leaveGroupCall } from './group-calls';
import { WireReader } from './wire-reader';

const readerOf = async (call: ApiCall<unknown>): Promise<WireReader> => {
  const { request } = call.at(call.versions.at(-1) ?? -1);
  return new WireReader((await request.encode()).buffer);
};

// kafkajs names a parameter in its wrapper otherwise than in its codec: a wrong name is sent as null,
// and the broker closes the connection.
describe('a request by a codec of kafkajs', () => {
  it('to find a coordinator names its key', async () => {
    expect((await readerOf(findCoordinatorCall('transaction', 'owner-1'))).string()).toBe(
      'owner-1',
    );
  });

  it('to leave a group names the member', async () => {
    const reader = await readerOf(leaveGroupCall('group', 'member-1'));
    expect([reader.string(), reader.int32(), reader.string()]).toEqual(['group', 1, 'member-1']);
  });
});
