/**
 * Whether a cluster is safe for a log that is trusted with money: described, judged, refused.
 */
import type { TopicSpec } from '@millrace/event-log';
import { unavailable } from '../cluster/kafka-cluster';
import type { LogParts } from '../log-parts';
import { judgeAdministration } from '../topics/judge-administration';
import { DEFAULT_OUTAGE_BUDGET_MS } from './demands';
import { type DescriptionParts, describeCluster } from './describe-cluster';
import type { Finding } from './finding';
import type { FindingCode } from './finding-kinds.errors';
import { findingsOf } from './judge-cluster';
import { KafkaUnsafeError } from './preflight.errors';

/** How a preflight is done. */
export interface PreflightOptions {
  /** Longest that readers may be down without a loss, ms. Default 72 h. */
  readonly outageBudgetMs?: number;
}

/** What it is done on. */
export interface PreflightParts extends Pick<LogParts, 'cluster' | 'names'> {
  readonly topics: { readonly hasMade: DescriptionParts['hasMade'] };
}

/** A leader may be changing just now, a replica catching up: asked again for so long. */
const SETTLE_MS = 5_000;
const MAY_SETTLE: ReadonlySet<FindingCode> = new Set([
  'KAFKA_PARTITION_LEADERLESS',
  'KAFKA_PARTITION_UNDER_MIN_IN_SYNC',
]);

/**
 * All findings, those that refuse first; topics that do not exist yet have none.
 *
 * @param specs every topic of the log
 * @throws KafkaUnreachableError and what a connection can fail with
 */
export const preflight = async (
  parts: PreflightParts,
  specs: readonly TopicSpec[],
  options: PreflightOptions = {},
): Promise<readonly Finding[]> => {
  const { cluster, names, topics } = parts;
  const { outageBudgetMs = DEFAULT_OUTAGE_BUDGET_MS } = options;
  const demands = { specs, limits: cluster.limits, outageBudgetMs };
  const asked = { cluster, names, hasMade: (topic: string) => topics.hasMade(topic) };
  let findings: readonly Finding[] = [];
  const unsettled = unavailable('partitions that are not in sync', undefined);
  await cluster
    .retrying({
      operation: 'preflight',
      timeoutMs: SETTLE_MS,
      attempt: async () => {
        findings = findingsOf(await describeCluster(asked, specs), demands);
        if (findings.some(({ code }) => MAY_SETTLE.has(code))) throw unsettled;
      },
      judge: judgeAdministration,
    })
    .catch((error: unknown) => {
      if (error !== unsettled) throw error;
    });
  return findings;
};

/**
 * @param allowed codes of findings that are accepted
 * @returns those that do not stop the start: warnings, and what was accepted
 * @throws KafkaUnsafeError lists all that refuse and are not accepted
 */
export const refuseUnsafe = (
  findings: readonly Finding[],
  allowed: ReadonlySet<string>,
): readonly Finding[] => {
  const refused = findings.filter(
    ({ code, severity }) => severity === 'refuse' && !allowed.has(code),
  );
  if (refused.length > 0) throw new KafkaUnsafeError(refused);
  return findings;
};
