/**
 * Newest alerts of a card in the cache, from `alerts`.
 */
import { type Alert, fraudTopicNames, readAlertEvent } from '@millrace/fraud';
import type { CacheUpdate, JsonObject, Projection } from '@millrace/projections';

/** How many alerts of a card are kept. */
export const KEPT_ALERTS = 20;

/** An alert as the live view of its card keeps it; times in epoch ms. */
export interface LiveAlert {
  readonly alertId: string;
  readonly ruleId: string;
  readonly action: Alert['action'];
  readonly severity: Alert['severity'];
  readonly reason: string;
  readonly raisedAtMs: number;
  readonly updatedAtMs: number;
  readonly imported: boolean;
}

/** From `alerts` to the lists; alerts about terminals and merchants are on no card's list. */
export const cardAlertsProjection: Projection<Alert, CacheUpdate> = {
  topic: fraudTopicNames.alerts,
  latestByKey: true,
  read: (record) => readAlertEvent(record)?.alert,
  subjectOf: (alert) => alert.alertId,
  map: (alert) => (alert.cardId === undefined ? [] : [alertUpdate(alert, alert.cardId)]),
};

/** Whether a value of the cache is an alert; its fields are trusted. */
export const isLiveAlert = (value: JsonObject): value is JsonObject & LiveAlert =>
  typeof value['alertId'] === 'string' && typeof value['severity'] === 'string';

const alertUpdate = (alert: Alert, cardId: string): CacheUpdate => ({
  kind: 'push',
  key: cardId,
  entry: alert.alertId,
  version: alert.revision,
  order: alert.raisedAtMs,
  keep: KEPT_ALERTS,
  value: alertValue(alert),
});

const alertValue = (alert: Alert): JsonObject => ({
  alertId: alert.alertId,
  ruleId: alert.ruleId,
  action: alert.action,
  severity: alert.severity,
  reason: alert.reason,
  raisedAtMs: alert.raisedAtMs,
  updatedAtMs: alert.updatedAtMs,
  imported: alert.imported,
});
