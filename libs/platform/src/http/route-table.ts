/**
 * Which methods a path has, to tell an unknown path (404) from a wrong method (405).
 */

/** Routes by pattern. Patterns are the router's: static segments and `:name`. */
export class RouteTable {
  readonly #routes = new Map<string, { readonly match: RegExp; readonly methods: Set<string> }>();

  /** @param methods upper case */
  add(pattern: string, methods: readonly string[]): void {
    const route = this.#routes.get(pattern) ?? { match: matcher(pattern), methods: new Set() };
    for (const method of methods) route.methods.add(method);
    this.#routes.set(pattern, route);
  }

  /** Methods of a path, ascending; empty when no pattern matches it. */
  methodsOf(path: string): readonly string[] {
    const methods = new Set<string>();
    for (const route of this.#routes.values()) {
      if (route.match.test(path)) for (const method of route.methods) methods.add(method);
    }
    return [...methods].sort();
  }
}

const matcher = (pattern: string): RegExp => {
  const segments = pattern.split('/').map((segment) => {
    if (segment.startsWith(':')) return '[^/]+';
    return segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${segments.join('/')}$`);
};
