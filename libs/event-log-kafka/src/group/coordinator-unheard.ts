/** Whether a failure is of the way to a coordinator, which may pass by itself. */
import { coordinatorMayHaveMoved } from '../cluster/kafka-cluster';
import { KafkaUnreachableError } from '../wire/request-failed.errors';

/** No coordinator has answered, or the one that did is not ready, or not the one any more. */
export const isCoordinatorUnheard = (error: unknown): boolean =>
  coordinatorMayHaveMoved(error) || error instanceof KafkaUnreachableError;
