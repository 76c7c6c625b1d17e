/**
 * Which host names mean this machine and nothing else.
 */

const IPV4_LOOPBACK = /^127\.(?:\d{1,3})\.(?:\d{1,3})\.(?:\d{1,3})$/;

/**
 * Whether a listen address or host name is a loopback one: `localhost`, `127.0.0.0/8`, `::1`.
 *
 * @param host without port; IPv6 with or without brackets; compared without regard to case
 */
export const isLoopbackHost = (host: string): boolean => {
  const name = host.toLowerCase();
  return name === 'localhost' || name === '::1' || name === '[::1]' || IPV4_LOOPBACK.test(name);
};

/**
 * Host name of a `Host` header without its port.
 *
 * @returns undefined when the header is not `name`, `name:port` or `[v6]:port`
 */
export const hostNameOf = (header: string): string | undefined =>
  /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(?::\d{1,5})?$/.exec(header)?.[1];
