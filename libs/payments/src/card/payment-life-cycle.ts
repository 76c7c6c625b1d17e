/**
 * The life cycle of a payment as one table. It drives the deciders and folds, the drawing in the
 * docs, and a test of every pair.
 */

/** All states of a payment. */
export const paymentStatuses = [
  'authorized',
  'captured',
  'refunded',
  'voided',
  'expired',
  'charged-back',
  'declined',
] as const;

/** Where a payment stands. */
export type PaymentStatus = (typeof paymentStatuses)[number];

/** All acts on a payment that exists. */
export const paymentActs = ['capture', 'void', 'expire', 'refund', 'dispute'] as const;

/** What can be done to a payment that exists. */
export type PaymentAct = (typeof paymentActs)[number];

/**
 * Allowed acts of each state and the states to which they may lead (the first: the act finishes
 * nothing else, e.g. a partial refund leaves a payment captured).
 */
export const paymentLifeCycle = {
  authorized: {
    capture: ['captured'],
    void: ['voided'],
    expire: ['expired'],
    dispute: ['charged-back'],
  },
  // Partial captures follow one another; expiry releases what was never captured.
  captured: {
    capture: ['captured'],
    expire: ['captured'],
    refund: ['captured', 'refunded'],
    dispute: ['charged-back'],
  },
  // All that was captured is refunded; a rest that was never captured is still released by expiry.
  refunded: { expire: ['refunded'] },
  voided: {},
  expired: {},
  'charged-back': {},
  declined: {},
} as const satisfies Record<PaymentStatus, PaymentActs>;

type PaymentActs = { readonly [Act in PaymentAct]?: readonly PaymentStatus[] };

const acts: Readonly<Record<PaymentStatus, PaymentActs>> = paymentLifeCycle;

/** Whether a payment in this state allows the act (amounts and times are judged apart). */
export const allowsAct = (status: PaymentStatus, act: PaymentAct): boolean =>
  acts[status][act] !== undefined;

/**
 * The state after an act.
 *
 * @param complete whether the act leaves nothing to do of its kind (a refund of all that was
 *   captured); chooses among the states of the table
 * @throws RangeError the table does not allow the act: a broken invariant
 */
export const statusAfter = (
  status: PaymentStatus,
  act: PaymentAct,
  complete: boolean,
): PaymentStatus => {
  const next = acts[status][act];
  const after = complete ? next?.at(-1) : next?.[0];
  if (after === undefined) throw new RangeError(`no ${act} of a payment that is ${status}`);
  return after;
};

/** The life cycle as a Mermaid state diagram, one line per edge, in the order of the table. */
export const paymentLifeCycleMermaid = (): string => {
  const edges = paymentStatuses.flatMap((from) =>
    paymentActs.flatMap((act) =>
      (acts[from][act] ?? []).map((to) => `  ${node(from)} --> ${node(to)}: ${act}`),
    ),
  );
  const ends = paymentStatuses.filter((status) => Object.keys(acts[status]).length === 0);
  return [
    'stateDiagram-v2',
    '  state "charged-back" as charged_back',
    '  [*] --> authorized: authorize (capture manual)',
    '  [*] --> captured: authorize (capture immediate)',
    '  [*] --> declined: authorize (declined)',
    ...edges,
    ...ends.map((status) => `  ${node(status)} --> [*]`),
    '',
  ].join('\n');
};

const node = (status: PaymentStatus): string => status.replace('-', '_');
