# One image recipe for every app: docker build --build-arg APP=command-api .
# All apps are built in one stage, so eight images share every layer but the last.

FROM node:20-slim AS packages
WORKDIR /app
# Manifests first: the install is repeated only when one of them changes.
COPY package.json package-lock.json .npmrc ./
COPY libs/event-log/package.json libs/event-log/
COPY libs/event-log-embedded/package.json libs/event-log-embedded/
COPY libs/event-log-kafka/package.json libs/event-log-kafka/
COPY libs/event-sourcing/package.json libs/event-sourcing/
COPY libs/fraud/package.json libs/fraud/
COPY libs/payments/package.json libs/payments/
COPY libs/platform/package.json libs/platform/
COPY libs/projections/package.json libs/projections/
COPY libs/streams/package.json libs/streams/
COPY libs/testkit/package.json libs/testkit/
COPY libs/views/package.json libs/views/
COPY libs/views-postgres/package.json libs/views-postgres/
COPY apps/alert-responder/package.json apps/alert-responder/
COPY apps/analytics-projector/package.json apps/analytics-projector/
COPY apps/cache-projector/package.json apps/cache-projector/
COPY apps/command-api/package.json apps/command-api/
COPY apps/millrace/package.json apps/millrace/
COPY apps/query-api/package.json apps/query-api/
COPY apps/search-projector/package.json apps/search-projector/
COPY apps/stream-processor/package.json apps/stream-processor/
RUN npm ci --ignore-scripts

FROM packages AS build
COPY tsconfig.base.json tsconfig.json ./
COPY libs libs
COPY apps apps
RUN npx tsc -b
RUN npm prune --omit=dev --ignore-scripts
# The database that new data folders copy: making one costs seconds, copying it a fraction of one.
RUN node libs/views-postgres/dist/pglite/make-template-main.js
RUN rm -rf libs/*/src apps/*/src

FROM node:20-slim
WORKDIR /app
RUN mkdir /data && chown node:node /data
COPY migrations migrations
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/libs libs
COPY --from=build /app/apps apps
ARG APP=millrace
ENV APP=${APP} NODE_ENV=production MILLRACE_DATA=/data MILLRACE_PORT=8080
USER node
VOLUME /data
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.MILLRACE_PORT + '/livez').then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
CMD ["sh", "-c", "exec node apps/${APP}/dist/main.js"]
