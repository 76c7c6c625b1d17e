/** The engine versions that the stack starts, docker-compose.yml names and the suites run on. */

/** Exact where the stack fetches a release, the release line where it takes the system's package. */
export const engineVersions = {
  kafka: { '3.9': '3.9.2', '4.4': '4.4.0' },
  elasticsearch: '8.19.21',
  redis: '7.0',
  postgres: '15',
} as const;
