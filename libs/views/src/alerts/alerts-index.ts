/**
 * The index of alerts, beside that of payments: one document for each alert, in its revision.
 */
import { createHash } from 'node:crypto';
import type {
  IndexDefinition,
  JsonValue,
  Projection,
  VersionedDocument,
} from '@millrace/projections';
import { ALERTS_TOPIC, type Alert } from './alert';
import { readAlert } from './read-alert';

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

const MAX_KEY = 200;

/** Key of an alert's document: its id, or for an id beyond 200 characters its beginning and hash. */
export const alertKey = (alertId: string): string =>
  alertId.length <= MAX_KEY
    ? alertId
    : `${alertId.slice(0, 100)}#${createHash('sha256').update(alertId).digest('hex')}`;

/** The document of an alert. */
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
  return { key: alertKey(alert.alertId), version: alert.revision, fields };
};

/** From `alerts` to the index. */
export const alertsProjection: Projection<Alert, VersionedDocument> = {
  topic: ALERTS_TOPIC,
  latestByKey: true,
  read: readAlert,
  subjectOf: (alert) => alert.alertId,
  map: (alert) => [alertDocument(alert)],
};
