/**
 * Blocks cards through the command runtime of this process.
 */
import type { CommandRuntime } from '@millrace/event-sourcing';
import type { CardBlock } from '@millrace/fraud';
import type { BlockAnswer, CardBlocker } from './card-blocker.port';

/** The adapter for the all-in-one. A repeat is answered `unchanged`: the card knows the alert. */
export class RuntimeCardBlocker implements CardBlocker {
  constructor(private readonly runtime: Pick<CommandRuntime, 'submit'>) {}

  async block({ cardId, alertId, command }: CardBlock): Promise<BlockAnswer> {
    const outcome = await this.runtime.submit({
      aggregate: 'card',
      aggregateId: cardId,
      command,
      causationId: alertId,
    });
    return outcome.kind === 'rejected'
      ? { kind: 'refused', code: outcome.code }
      : { kind: 'blocked' };
  }
}
