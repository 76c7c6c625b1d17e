/** The namespace of this log in a cluster that it may share with others. */

/** Puts the namespace before names, and takes it away. */
export class Names {
  constructor(readonly namespace: string) {}

  /** Physical name of a topic, transactional id or group. */
  physical(name: string): string {
    return `${this.namespace}${name}`;
  }

  /** Name as the port knows it; undefined for one outside the namespace. */
  logical(physical: string): string | undefined {
    return physical.startsWith(this.namespace) ? physical.slice(this.namespace.length) : undefined;
  }
}
