# Built with Swift, run without it: the binary carries its runtime.
#
#   docker build -t drover .
#   docker run -p 4000:4000 -e LITELLM_MASTER_KEY=sk-… -v ./litellm_config.yaml:/etc/drover/config.yaml:ro drover

FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libcurl4-openssl-dev libpq-dev libsqlite3-dev libyaml-dev zlib1g-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Package.swift ./
COPY scripts/release-flags scripts/release-flags
COPY Sources Sources
COPY Benchmarks/Load Benchmarks/Load
COPY Tests Tests
RUN swift build -c release --static-swift-stdlib -debug-info-format none --scratch-path .build-release --product drover \
        -Xlinker --no-export-dynamic -Xlinker --icf=safe $(cat scripts/release-flags) \
    && strip .build-release/release/drover

FROM debian:12-slim
# scripts/image-check.sh starts the release binary in a folder with exactly these.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libcurl4 libpq5 libstdc++6 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --no-create-home --shell /usr/sbin/nologin --uid 10001 drover
COPY --from=build /src/.build-release/release/drover /usr/local/bin/drover
WORKDIR /etc/drover
USER drover
EXPOSE 4000
STOPSIGNAL SIGTERM
# bash speaks TCP and is in every Debian image: nothing has to be installed to ask for one line.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \
    CMD ["/bin/bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/4000 && printf 'GET /health/liveliness HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && grep -q alive <&3"]
ENTRYPOINT ["/usr/local/bin/drover"]
CMD ["serve", "--config", "/etc/drover/config.yaml", "--port", "4000"]
