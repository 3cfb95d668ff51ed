# One image for every process: docker-compose.yml says which command runs.
FROM node:22-bookworm-slim AS assets
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=optional
COPY web/assets web/assets
COPY internal/territory internal/territory
RUN node web/assets/build.mjs && node internal/territory/build.mjs

FROM golang:1.26-bookworm AS binary
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=assets /src/web/assets/dist web/assets/dist
COPY --from=assets /src/internal/territory/data internal/territory/data
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /passnum ./cmd/passnum

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates tzdata \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --no-create-home --shell /usr/sbin/nologin passnum
COPY --from=binary /passnum /usr/local/bin/passnum
USER passnum
EXPOSE 8080
ENTRYPOINT ["passnum"]
CMD ["serve"]
