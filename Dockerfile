# docker build -t inboundbridge .
# docker run -p 25:2525 -v ./inboundbridge.yaml:/etc/inboundbridge/inboundbridge.yaml:ro -v ./rules:/etc/inboundbridge/rules:ro -v spool:/var/spool/inboundbridge inboundbridge
# The base images. deploy/release/pin adds their digests (docs/releasing.md).
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0
ARG BASE=mcr.microsoft.com/dotnet/aspnet:10.0

# The build stage runs on the builder's own processor and compiles for the processor of the image.
FROM --platform=$BUILDPLATFORM ${SDK} AS build
ARG TARGETARCH
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/ src/
# The executable embeds the demo's rules and the systemd unit.
COPY rules/ rules/
COPY deploy/systemd/ deploy/systemd/
RUN dotnet restore src/InboundBridge --locked-mode
# Compiled ahead of time for that processor; this fetches only packages of the SDK itself.
RUN dotnet publish src/InboundBridge -c Release -a $TARGETARCH -o /app
# What else the image adds to its base. Nothing has to run on the processor of the image, so any builder builds it for any processor.
RUN mkdir -m 755 -p /layout/bin /layout/spool \
 && ln -s /opt/inboundbridge/inboundbridge /layout/bin/inboundbridge \
 && mkdir -m 700 /layout/spool/inboundbridge

FROM ${BASE}
COPY --from=build /app /opt/inboundbridge
COPY --from=build /layout/bin/ /usr/local/bin/
COPY --from=build --chown=1654:1654 /layout/spool/ /var/spool/
WORKDIR /etc/inboundbridge
# Unprivileged, and the same number with each base; map ports below 1024 from outside.
USER 1654:1654
ENV INBOUNDBRIDGE__SPOOL__PATH=/var/spool/inboundbridge
# How much is allocated between two garbage collections, 16 MB; otherwise the program sets it itself and starts twice.
# DOTNET_EnableDiagnostics: otherwise .NET would write a socket for debuggers to /tmp.
ENV DOTNET_GCgen0size=1000000 DOTNET_EnableDiagnostics=0
VOLUME /var/spool/inboundbridge
EXPOSE 2525 8080
# SIGTERM drains: the appliance finishes running receptions first, then running deliveries.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=6s --start-period=20s CMD ["inboundbridge", "healthcheck"]
ENTRYPOINT ["inboundbridge"]
CMD ["run"]
