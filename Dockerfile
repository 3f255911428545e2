# syntax=docker/dockerfile:1
# maillint as a small image: one static program, nobody's rights, nothing else.
#
#   docker build -t maillint .                      the program alone
#   docker build -t maillint:ci --target ci .       with a shell, for CI systems that need one
#   docker run --rm -v "$PWD:/work:ro" maillint check
#
# It needs no network when it runs: `docker run --network none` is enough.

FROM rust:1.95-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /src
COPY . .
RUN cargo build --release --locked && install -D target/release/maillint /out/maillint

FROM alpine:3.22 AS ci
COPY --from=build /out/maillint /usr/local/bin/maillint
USER 65532:65532
WORKDIR /work
CMD ["maillint", "--help"]

FROM scratch
COPY --from=build /out/maillint /maillint
# Output for people uses box-drawing characters where the locale knows them.
ENV LC_ALL=C.UTF-8
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/maillint"]
CMD ["--help"]
