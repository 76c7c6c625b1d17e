/**
 * Problems of queries and of view operations.
 */
import { problemKinds } from '@millrace/platform';

/** Problems of this app, by code. */
export const queryProblems = problemKinds({
  ALERT_NOT_IN_VIEW: {
    status: 404,
    title: 'The view holds no such alert',
  },
  CARD_NOT_IN_VIEW: {
    status: 404,
    title: 'The view holds no such card',
  },
  PAYMENT_ID_AMBIGUOUS: {
    status: 409,
    title: 'Several cards have a payment of this id',
  },
  PAYMENT_NOT_IN_VIEW: {
    status: 404,
    title: 'The view holds no such payment',
  },
  QUERY_CURSOR_INVALID: {
    status: 400,
    title: 'Cursor not of this query',
  },
  VIEW_NOT_PROJECTED_HERE: {
    status: 409,
    title: 'The projector of the view runs elsewhere',
  },
  VIEW_REBUILD_RUNNING: {
    status: 409,
    title: 'The view is being rebuilt already',
  },
  VIEW_REBUILD_UNKNOWN: {
    status: 404,
    title: 'No such rebuild',
  },
  VIEW_UNKNOWN: {
    status: 404,
    title: 'No such view',
  },
});
