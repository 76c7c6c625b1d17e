/**
 * The results of a windowed aggregate, and beside them what came too late.
 */
import type { LateRecord, Windowed } from '../window/late';
import { Stream } from './stream';
import type { StreamNode } from './stream-node';
import type { TopologyGraph } from './topology-graph';

/** Results with their windows; the event time of a result is the newest record's in the window. */
export class AggregatedStream<A, V> extends Stream<Windowed<A>> {
  constructor(
    graph: TopologyGraph,
    node: StreamNode<Windowed<A>>,
    private readonly lateNode: StreamNode<LateRecord<V>> | undefined,
  ) {
    super(graph, node, false);
  }

  /**
   * Records that windows refused; the same are counted as drops.
   * @throws InvalidTopologyError unless the late policy is `sideOutput`
   */
  get late(): Stream<LateRecord<V>> {
    if (this.lateNode === undefined) {
      return this.graph.refuse(`${this.node.id} has no late output: set late: 'sideOutput'`);
    }
    return new Stream(this.graph, this.lateNode, false);
  }
}
