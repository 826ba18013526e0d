# One image for every process; the command says which. Built once, then run without a shell, npm or compilers in the way.
FROM node:20-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY gateway gateway
COPY services services
COPY schema schema
RUN npm run --silent build && npm prune --omit=dev --ignore-scripts

FROM node:20-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000
WORKDIR /app
RUN install -d -o 10001 -g 10001 /var/lib/liandong
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
# Migrations, schema, catalogue and page assets are read from here.
COPY --from=build /app/gateway gateway
COPY --from=build /app/services services
COPY --from=build /app/schema schema
USER 10001:10001
VOLUME /var/lib/liandong
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "dist/services/platform/health-probe.js"]
ENTRYPOINT ["node", "--enable-source-maps"]
CMD ["dist/gateway/main.js"]
