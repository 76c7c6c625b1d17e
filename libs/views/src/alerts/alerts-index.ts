/**
 * The index of alerts, beside that of payments: one document for each alert, in its revision.
 */
import { type Alert, fraudTopicNames, readAlertEvent } from '@millrace/fraud';
import type {
  IndexDefinition,
  JsonValue,
  Projection,
  VersionedDocument,
} from '@millrace/projections';

/** Fields of an alert's document; the evidence is kept as it is and never queried. */
export const alertsIndex = {
  name: 'alerts',
  fields: {
    alertId: 'keyword',
    ruleId: 'keyword',
    ruleSetVersion: 'long',
    keyKind: 'keyword',
    keyId: 'keyword',
    cardId: 'keyword',
    action: 'keyword',
    severity: 'keyword',
    reason: 'text',
    crossedBy: 'keyword',
    imported: 'boolean',
    revision: 'long',
    raisedAt: 'date',
    updatedAt: 'date',
    window: 'json',
    values: 'json',
    thresholds: 'json',
    payments: 'json',
  },
  words: ['reason', 'ruleId', 'keyId', 'cardId', 'crossedBy'],
  filters: ['ruleId', 'keyKind', 'keyId', 'cardId', 'action', 'severity', 'imported', 'raisedAt'],
  selective: ['keyId', 'cardId'],
  sorts: ['raisedAt'],
} as const satisfies IndexDefinition;

/** Values of the fields that have few of them. */
export const alertFieldValues = {
  keyKind: ['card', 'terminal', 'merchant'],
  action: ['alert', 'review', 'block'],
  severity: ['low', 'medium', 'high', 'critical'],
} as const satisfies { readonly [Field in keyof Alert]?: readonly Alert[Field][] };

/** The document of an alert; its key is the alert's id. */
export const alertDocument = (alert: Alert): VersionedDocument => {
  const { window, payments } = alert;
  const fields: Record<string, JsonValue> = {
    alertId: alert.alertId,
    ruleId: alert.ruleId,
    ruleSetVersion: alert.ruleSetVersion,
    keyKind: alert.keyKind,
    keyId: alert.keyId,
    action: alert.action,
    severity: alert.severity,
    reason: alert.reason,
    crossedBy: alert.crossedBy,
    imported: alert.imported,
    revision: alert.revision,
    raisedAt: alert.raisedAtMs,
    updatedAt: alert.updatedAtMs,
    window: { kind: window.kind, startMs: window.startMs, endMs: window.endMs },
    values: alert.values,
    thresholds: alert.thresholds,
    payments: payments.map((payment) => ({ ...payment })),
  };
  if (alert.cardId !== undefined) fields['cardId'] = alert.cardId;
  return { key: alert.alertId, version: alert.revision, fields };
};

/** From `alerts` to the index. */
export const alertsProjection: Projection<Alert, VersionedDocument> = {
  topic: fraudTopicNames.alerts,
  latestByKey: true,
  read: (record) => readAlertEvent(record)?.alert,
  subjectOf: (alert) => alert.alertId,
  map: (alert) => [alertDocument(alert)],
};
