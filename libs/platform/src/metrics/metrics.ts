/**
 * The metrics of a process, in Prometheus' text format.
 */
import { Injectable } from '@nestjs/common';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Name, help and labels of a metric. Base units; counters end in `_total`. */
export interface MetricOptions {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

const LATENCY_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** A registry of its own for each app, so that several can live in one process. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  /** Adds Node's own metrics: loop delay, heap, garbage collection, handles. */
  collectProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  /** A counter; asking again for the same name gives the same one. */
  counter(options: MetricOptions): Counter {
    const known = this.registry.getSingleMetric(options.name);
    return known instanceof Counter ? known : new Counter(this.#configuration(options));
  }

  /** A gauge; asking again for the same name gives the same one. */
  gauge(options: MetricOptions): Gauge {
    const known = this.registry.getSingleMetric(options.name);
    return known instanceof Gauge ? known : new Gauge(this.#configuration(options));
  }

  /** A histogram of seconds, 1 ms to 5 s; asking again for the same name gives the same one. */
  seconds(options: MetricOptions): Histogram {
    const known = this.registry.getSingleMetric(options.name);
    const configuration = { ...this.#configuration(options), buckets: LATENCY_BUCKETS_S };
    return known instanceof Histogram ? known : new Histogram(configuration);
  }

  #configuration(options: MetricOptions) {
    const { name, help, labels = [] } = options;
    return { name, help, labelNames: [...labels], registers: [this.registry] };
  }
}
