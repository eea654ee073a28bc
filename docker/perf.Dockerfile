# The benchmark of perf/README.md; see compose.perf.yaml. Build it from the repository: docker build -f docker/perf.Dockerfile .

FROM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS build
WORKDIR /source
COPY BrokerServe.sln global.json Directory.Build.props Directory.Build.targets Directory.Packages.props ./
COPY src/ src/
COPY perf/ perf/
RUN for project in src/BrokerServe.Host perf/BrokerServe.Bench perf/BrokerServe.RawRelay perf/BrokerServe.ServeLoad perf/BrokerServe.MassTransitPeer perf/BrokerServe.InProcess perf/BrokerServe.Benchmarks; do dotnet build $project -c Release || exit 1; done

FROM mcr.microsoft.com/dotnet/aspnet:10.0.12-noble
WORKDIR /source
COPY --from=build /source ./
ENV HOME=/tmp
USER 1654
ENTRYPOINT ["/source/perf/BrokerServe.Bench/bin/Release/net10.0/bench"]
CMD []
