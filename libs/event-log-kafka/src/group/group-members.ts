/** Who is in a group and holds what, as its coordinator describes it. */
import { type GroupMember, LogUnavailableError } from '@millrace/event-log';
import type { KafkaCluster } from '../cluster/kafka-cluster';
import { pause } from '../cluster/retrying';
import { type DescribedGroup, describeGroupCall } from '../wire/group-calls';
import type { GroupName } from './coordinator.port';
import { isCoordinatorUnheard } from './coordinator-unheard';
import { decodeAssignment, decodeClaims } from './member-messages';

// Metadata and assignments are shown between two rebalances only.
const SETTLED_STATES: ReadonlySet<string> = new Set(['Stable', 'Empty', 'Dead']);
const ASK_AGAIN_MS = 20;

/**
 * Ascending by member id. While the group rebalances this waits for its end.
 * @throws LogUnavailableError no coordinator answers, or the group does not come to rest, within
 *   `operationTimeoutMs`
 */
export const groupMembers = async (
  cluster: KafkaCluster,
  group: GroupName,
): Promise<readonly GroupMember[]> => {
  const { operationTimeoutMs } = cluster.limits;
  const startedMs = performance.now();
  for (;;) {
    const leftMs = operationTimeoutMs - (performance.now() - startedMs);
    const { state, members } = await described(cluster, group, leftMs);
    if (SETTLED_STATES.has(state)) {
      const shown = members.map((member): GroupMember => {
        const { memberId, memberMetadata, memberAssignment } = member;
        const { address } = decodeClaims(memberMetadata);
        const { lanes } = decodeAssignment(memberAssignment);
        return address === undefined ? { memberId, lanes } : { memberId, address, lanes };
      });
      return shown.sort((a, b) => (a.memberId < b.memberId ? -1 : 1));
    }
    if (leftMs <= ASK_AGAIN_MS) {
      throw new LogUnavailableError(`the members of group ${group.groupId}, which is in ${state}`);
    }
    await pause(ASK_AGAIN_MS);
  }
};

const described = async (
  cluster: KafkaCluster,
  { groupId, physicalId }: GroupName,
  timeoutMs: number,
): Promise<DescribedGroup> => {
  const operation = `the members of group ${groupId}`;
  try {
    return await cluster.retrying({
      operation,
      timeoutMs,
      attempt: () =>
        cluster.sendToCoordinator(
          { kind: 'group', key: physicalId },
          describeGroupCall(physicalId),
        ),
      judge: (error) => (isCoordinatorUnheard(error) ? 'retry' : 'fail'),
    });
  } catch (error) {
    throw isCoordinatorUnheard(error) ? new LogUnavailableError(operation, error) : error;
  }
};
