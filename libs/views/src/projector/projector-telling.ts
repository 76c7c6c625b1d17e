/**
 * What projectors tell, as metrics and log lines. The ports are those of platform, by shape.
 */
import type { ProjectorObserver, ProjectorPlace } from '@millrace/projections';

/** Makes counters; `Metrics` of platform is one. */
export interface CounterSource {
  counter(options: {
    readonly name: string;
    readonly help: string;
    readonly labels?: readonly string[];
  }): { inc(labels: Record<string, string | number>, by?: number): void };
}

/** Takes log lines; `ServiceLog` of platform is one. */
export interface TellingLog {
  warn(event: string, message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(event: string, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Observer that counts everything and logs what an operator must see. */
export const projectorTelling = (metrics: CounterSource, log: TellingLog): ProjectorObserver => {
  const counter = (name: string, help: string) =>
    metrics.counter({ name, help, labels: ['part', 'lane'] });
  const records = counter('view_records_total', 'Records that a view has passed');
  const changes = counter('view_changes_total', 'Changes that were applied to a view');
  const conflicts = counter('view_conflicts_total', 'Batches that another writer had applied');
  const blocked = counter('view_blocked_total', 'Aggregates blocked by an event not applicable');
  const pauses = counter('view_pauses_total', 'Pauses because a store did not answer');
  const stops = counter('view_lane_stops_total', 'Lanes that stopped by an error');
  const unpublished = counter('view_unpublished_total', 'Group positions not published');
  return {
    applied: (place, batch) => {
      records.inc(labels(place), batch.records);
      changes.inc(labels(place), batch.changes);
    },
    conflicted: (place) => conflicts.inc(labels(place)),
    blocked: (place, { offset, reason }, err) => {
      blocked.inc(labels(place));
      const fields = { ...place, offset, reason, err };
      log.error('VIEW_BLOCKED', `an event can't be applied to ${place.view}`, fields);
    },
    paused: (place, err, pauseMs) => {
      pauses.inc(labels(place));
      log.warn('VIEW_PAUSED', `the store of ${place.view} does not answer`, {
        ...place,
        pauseMs,
        err,
      });
    },
    stopped: (place, err) => {
      stops.inc(labels(place));
      log.error('VIEW_STOPPED', `lane ${place.lane} of ${place.view} stopped`, { ...place, err });
    },
    unpublished: (place, err) => {
      unpublished.inc(labels(place));
      log.warn('VIEW_UNPUBLISHED', `the position of ${place.view} was not published`, {
        ...place,
        err,
      });
    },
  };
};

const labels = ({ view, lane }: ProjectorPlace): Record<string, string | number> => ({
  part: view,
  lane,
});
