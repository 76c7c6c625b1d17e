/**
 * Pictures of a topology.
 */
import type { NodeInfo } from './topology-graph';

/** What is drawn. */
export interface TopologyView {
  readonly id: string;
  readonly nodes: readonly NodeInfo[];
  readonly groupOf: (nodeId: string) => string;
}

/** One line per node under its sub-topology, in the order of declaration. */
export const describeText = (view: TopologyView): string => {
  const lines = [`Topology ${view.id}`];
  groups(view).forEach(([, nodes], index) => {
    lines.push(`  Sub-topology ${index}`);
    for (const node of nodes) lines.push(`    ${nodeLine(node)}`);
  });
  return lines.join('\n');
};

/** Sub-topologies as boxes, topics and stores as nodes of their own shape. */
export const describeMermaid = (view: TopologyView): string => {
  const lines = ['flowchart TD'];
  groups(view).forEach(([, nodes], index) => {
    lines.push(`  subgraph sub${index}["${view.id}: sub-topology ${index}"]`);
    for (const node of nodes) lines.push(`    ${node.id}["${node.kind} ${node.id}"]`);
    lines.push('  end');
  });
  for (const node of view.nodes) lines.push(...mermaidEdges(node));
  return lines.join('\n');
};

const nodeLine = (node: NodeInfo): string => {
  const from = node.parents.length === 0 ? '' : ` <- ${node.parents.join(', ')}`;
  const topic = node.topic === undefined ? '' : ` (topic ${node.topic})`;
  const store = node.store === undefined ? '' : ` (store ${node.store})`;
  return `${node.kind} ${node.id}${topic}${store}${from}`;
};

const mermaidEdges = (node: NodeInfo): readonly string[] => {
  const edges: string[] = [];
  const reads = node.kind === 'source' || node.kind === 'repartition-source';
  if (!reads) for (const parent of node.parents) edges.push(`  ${parent} --> ${node.id}`);
  if (node.topic !== undefined) {
    const topic = `topic_${node.topic.replaceAll(/[^a-zA-Z0-9]/g, '_')}`;
    const shape = `${topic}[/"${node.topic}"/]`;
    edges.push(reads ? `  ${shape} --> ${node.id}` : `  ${node.id} --> ${shape}`);
  }
  if (node.store !== undefined) {
    edges.push(`  ${node.id} <--> store_${node.store.replaceAll('-', '_')}[("${node.store}")]`);
  }
  return edges;
};

const groups = (view: TopologyView): readonly (readonly [string, readonly NodeInfo[]])[] => {
  const byGroup = new Map<string, NodeInfo[]>();
  for (const node of view.nodes) {
    const group = view.groupOf(node.id);
    byGroup.set(group, [...(byGroup.get(group) ?? []), node]);
  }
  return [...byGroup];
};
