/**
 * A built topology: what it reads, keeps and writes, and its pictures.
 */
import type { TopicSpec } from '@millrace/event-log';
import { describeMermaid, describeText } from './describe';
import type { AnyInput, NodeInfo, TopologyGraph, UndecodablePolicy } from './topology-graph';

/** Text and Mermaid picture of a topology. */
export interface TopologyDescription {
  readonly text: string;
  /** A Mermaid flowchart. */
  readonly mermaid: string;
}

/** One topic that a topology reads, with the sub-topology that takes its records. */
export interface InputRef {
  readonly topic: string;
  readonly nodeId: string;
  readonly group: string;
  readonly open: AnyInput;
}

/** An immutable topology. Make it with `topology`; run it with `StreamRunner` or `TopologyRun`. */
export class Topology {
  readonly id: string;
  /** In the order in which they were declared: their rank. */
  readonly inputs: readonly InputRef[];
  readonly outputTopics: readonly string[];
  readonly repartitionTopics: readonly string[];
  readonly changelogTopic: string;
  readonly storeNames: readonly string[];
  readonly undecodable: UndecodablePolicy;
  readonly deadLetterTopic: string;
  readonly #nodes: readonly NodeInfo[];
  readonly #groups: ReadonlyMap<string, string>;
  readonly #repartitionSinks: ReadonlyMap<string, string>;

  constructor(
    graph: TopologyGraph,
    policy: { readonly undecodable: UndecodablePolicy; readonly deadLetterTopic: string },
  ) {
    this.id = graph.topologyId;
    this.inputs = graph.inputs.map((input) => ({ ...input, group: graph.groupOf(input.nodeId) }));
    this.outputTopics = [...new Set(graph.sinks.map((sink) => sink.topic))].sort();
    this.repartitionTopics = graph.repartitions.map((repartition) => repartition.topic);
    this.changelogTopic = `${graph.topologyId}-changelog`;
    this.storeNames = [...graph.stores.keys()];
    this.undecodable = policy.undecodable;
    this.deadLetterTopic = policy.deadLetterTopic;
    this.#nodes = [...graph.nodes];
    this.#groups = new Map(graph.nodes.map((node) => [node.id, graph.groupOf(node.id)]));
    this.#repartitionSinks = new Map(
      graph.repartitions.map((repartition) => [
        repartition.topic,
        graph.groupOf(repartition.sinkId),
      ]),
    );
  }

  /** Sub-topology of an operator. */
  groupOf(nodeId: string): string {
    return this.#groups.get(nodeId) ?? nodeId;
  }

  /** Sub-topology that writes a repartition topic. */
  writerGroupOf(repartitionTopic: string): string | undefined {
    return this.#repartitionSinks.get(repartitionTopic);
  }

  /** Topics of its own that must exist before it runs: changelog and repartition topics. */
  internalTopics(lanes: number): readonly TopicSpec[] {
    const day = 86_400_000;
    return [
      { name: this.changelogTopic, partitions: lanes, cleanup: 'compact', retentionMs: -1 },
      ...this.repartitionTopics.map((name): TopicSpec => {
        return { name, partitions: lanes, cleanup: 'delete', retentionMs: 7 * day };
      }),
    ];
  }

  /** What it looks like, as text and as a Mermaid flowchart. */
  describe(): TopologyDescription {
    const view = { id: this.id, nodes: this.#nodes, groupOf: (id: string) => this.groupOf(id) };
    return { text: describeText(view), mermaid: describeMermaid(view) };
  }
}
