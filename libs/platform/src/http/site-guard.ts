/**
 * Who may speak to a process that listens on loopback without credentials: programs of this
 * machine, and pages that it served itself; not a page of another site in the user's browser.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { httpProblems } from './http.errors';
import { hostNameOf, isLoopbackHost } from './loopback-host';
import { ProblemError } from './problem';

/**
 * The reason to refuse a request by its `Host`, `Sec-Fetch-Site` and `Origin`, if there is one.
 *
 * A foreign name in `Host` means DNS rebinding (421). A request that a browser made for another
 * site is refused (403), except a top-level navigation by GET, which can change nothing.
 *
 * @param method upper case
 */
export const siteRefusal = (
  method: string,
  headers: IncomingHttpHeaders,
): ProblemError | undefined => {
  const host = hostNameOf(headers.host ?? '');
  if (host === undefined || !isLoopbackHost(host)) {
    return new ProblemError(
      httpProblems.HTTP_HOST_REFUSED,
      'the Host header must name this machine: localhost',
    );
  }
  return isForeign(method, headers)
    ? new ProblemError(
        httpProblems.HTTP_CROSS_SITE_REFUSED,
        'requests from pages of other sites are refused',
      )
    : undefined;
};

const isForeign = (method: string, headers: IncomingHttpHeaders): boolean => {
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin' || site === 'none') return false;
  if (site !== undefined) return !(method === 'GET' && headers['sec-fetch-mode'] === 'navigate');
  const origin = headers.origin;
  return origin !== undefined && origin !== `http://${headers.host}`;
};
