/**
 * The merchant: what is known of it, and since when.
 */
import type { Decision, DecisionContext, PaymentsAggregate } from '../aggregate-type';
import { topicNames } from '../topics';
import { foldMerchant } from './merchant.fold';
import type { MerchantCommand, MerchantEvent, MerchantRow } from './merchant-types';
import { decidePutMerchant } from './put-merchant.decider';

type Rows = readonly (MerchantRow | undefined)[];

/** The merchant aggregate. Rows of a command: [merchant]. */
export const merchantAggregate = {
  name: 'merchant',
  eventsTopic: topicNames.merchantEvents,
  stateTopic: topicNames.merchants,
  rowKeys: (merchantId: string, _command: MerchantCommand): readonly string[] => [merchantId],
  decide: (
    rows: Rows,
    command: MerchantCommand,
    context: DecisionContext,
  ): Decision<MerchantEvent> => decidePutMerchant(rows[0], command, context),
  fold: (rows: Rows, event: MerchantEvent, version: number): Rows => [
    foldMerchant(rows[0], event, version),
  ],
} as const satisfies PaymentsAggregate<MerchantCommand, MerchantEvent, MerchantRow>;
