/** From a description of the cluster to all findings, the gravest first. */
import { FULL_REPLICATION } from '../topics/topic-settings';
import type { ClusterDescription } from './cluster-description';
import type { Demands } from './demands';
import { type Finding, findingOf } from './finding';
import { brokerFindings, nameOf } from './judge-broker';
import { internalFindings } from './judge-internal-topics';
import { allNodes, placeFindings } from './judge-places';
import { topicFindings } from './judge-topic';

/** Refusals first, then warnings; within each, the cluster, brokers, then topics. */
export const findingsOf = (cluster: ClusterDescription, demands: Demands): readonly Finding[] => {
  const { specs } = demands;
  const all = [
    ...sizeFindings(cluster),
    ...incarnationFindings(cluster),
    ...cluster.brokers.flatMap((broker) => brokerFindings(broker, demands)),
    ...internalFindings(cluster),
    ...unreadableFindings(cluster),
    ...placeFindings(cluster, specs),
    ...cluster.topics.flatMap((found) => {
      const spec = specs.find(({ name }) => name === found.name);
      return spec === undefined ? [] : topicFindings(spec, found, demands);
    }),
  ];
  const refused = all.filter(({ severity }) => severity === 'refuse');
  return [...refused, ...all.filter(({ severity }) => severity !== 'refuse')];
};

const sizeFindings = (cluster: ClusterDescription): readonly Finding[] => {
  const nodes = allNodes(cluster);
  const up = new Set(cluster.brokers.map(({ nodeId }) => nodeId));
  const down = [...nodes].filter((nodeId) => !up.has(nodeId)).sort((a, b) => a - b);
  const small = findingOf('KAFKA_CLUSTER_SMALL', {
    subject: 'cluster',
    found: `brokers are ${nodes.size}`,
    wanted: `${FULL_REPLICATION} or more`,
    cure: 'add brokers, or keep this for development',
  });
  const missing = down.map((nodeId) =>
    findingOf('KAFKA_BROKER_DOWN', {
      subject: `broker ${nodeId}`,
      found: 'it is not part of the cluster now',
      wanted: 'all brokers',
      cure: 'start it again',
    }),
  );
  return nodes.size < FULL_REPLICATION ? [small, ...missing] : missing;
};

const incarnationFindings = ({ incarnation, topics }: ClusterDescription): readonly Finding[] => {
  if (incarnation === 'there' || topics.length === 0) return [];
  return [
    findingOf('KAFKA_INCARNATION_MISSING', {
      subject: 'cluster',
      found: 'topic millrace-incarnation is missing beside others of the log',
      wanted: 'a topic that is never deleted',
      cure: 'none is needed, if topics were made by hand; else look for who deletes topics',
    }),
  ];
};

const unreadableFindings = ({ brokers, topics }: ClusterDescription): readonly Finding[] => {
  const answering = brokers.filter(({ trouble }) => trouble === undefined);
  const subjects = [
    ...answering.filter(({ settings }) => settings === undefined).map(nameOf),
    ...topics.filter(({ settings }) => settings === undefined).map(({ name }) => `topic ${name}`),
  ];
  return subjects.map((subject) =>
    findingOf('KAFKA_SETTINGS_UNREADABLE', {
      subject,
      found: 'its settings may not be read by this user',
      wanted: 'the right DescribeConfigs',
      cure: 'grant it with kafka-acls.sh, or compare the settings by hand',
    }),
  );
};
