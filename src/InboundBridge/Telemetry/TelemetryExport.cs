using System.Diagnostics;
using InboundBridge.Configuration.Options.Watching;
using InboundBridge.Logging;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Tracing;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace InboundBridge.Telemetry;

/// <summary>
/// Sends traces and logs to an OpenTelemetry collector (docs/telemetry.md). Spans and records wait in bounded queues; what a collector does
/// not take is lost, counted and logged, and delays nothing.
/// </summary>
internal sealed class TelemetryExport : IDisposable
{
    /// <summary>For the last spans at the end.</summary>
    private const int LongestFlushMilliseconds = 3000;

    private const int TimeoutMilliseconds = 5000;

    /// <summary>Octets. A collector says little more than how many spans it refused.</summary>
    private const int LargestAnswer = 64 * 1024;

    private readonly TracerProvider? _traces;
    private readonly IReadOnlyList<DropWatch> _drops;

    private TelemetryExport(TracerProvider? traces, IReadOnlyList<DropWatch> drops) => (_traces, _drops) = (traces, drops);

    /// <param name="hostname">Tells the nodes apart.</param>
    public static TelemetryExport Start(
        TelemetryOptions options, string hostname, string version, ApplianceLog log, MetricRegistry metrics, TimeProvider clock)
    {
        var resource = ResourceBuilder.CreateEmpty().AddService("inboundbridge", serviceVersion: version, serviceInstanceId: hostname);
        var counts = new TelemetryMetrics(metrics);
        var own = log.Factory.CreateLogger<TelemetryExport>();
        var drops = new List<DropWatch>();
        if (options.Logs)
        {
            var exporter = new OtlpLogExporter(ExporterOptions(options, "logs", new ExportWatch("logs", counts, own)));
            var queue = new BatchLogRecordExportProcessor(exporter);
            log.Factory.AddProvider(Logs(resource, log, queue));
            drops.Add(new DropWatch("logs", () => DroppedItems<LogRecord>.Of(queue), counts, clock, own));
        }
        if (!options.Traces)
            return new TelemetryExport(null, drops);
        var spans = new BatchActivityExportProcessor(
            new OtlpTraceExporter(ExporterOptions(options, "traces", new ExportWatch("traces", counts, own))));
        drops.Add(new DropWatch("traces", () => DroppedItems<Activity>.Of(spans), counts, clock, own));
        return new TelemetryExport(Traces(options, resource, spans), drops);
    }

    public void Dispose()
    {
        _traces?.Shutdown(LongestFlushMilliseconds);
        _traces?.Dispose();
        foreach (var drops in _drops)
            drops.Dispose();
    }

    private static TracerProvider Traces(TelemetryOptions options, ResourceBuilder resource, BatchActivityExportProcessor queue)
    {
        // A mail's first span is sampled, and all later ones follow it. A client has no say: SMTP carries no trace context.
        var sampler = new ParentBasedSampler(new TraceIdRatioBasedSampler(options.Sample));
        return Sdk.CreateTracerProviderBuilder()
            .AddSource(MailTracing.SourceName)
            .SetSampler(sampler)
            .SetResourceBuilder(resource)
            .AddProcessor(queue)
            .Build();
    }

    /// <summary>Disposed together with the factory that it is added to.</summary>
    private static OpenTelemetryLoggerProvider Logs(ResourceBuilder resource, ApplianceLog log, BatchLogRecordExportProcessor queue)
    {
        var settings = new OpenTelemetryLoggerOptions { IncludeFormattedMessage = true, ParseStateValues = true };
        settings.SetResourceBuilder(resource);
        settings.AddProcessor(new SecretRemover(() => log.Secrets));
        settings.AddProcessor(queue);
        return new OpenTelemetryLoggerProvider(new Fixed(settings));
    }

    private static OtlpExporterOptions ExporterOptions(TelemetryOptions options, string signal, ExportWatch watch)
    {
        var exporter = new OtlpExporterOptions
        {
            Protocol = options.IsHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc,
            TimeoutMilliseconds = TimeoutMilliseconds,
            HttpClientFactory = () =>
                new HttpClient(new WatchedHandler(watch))
                {
                    Timeout = TimeSpan.FromMilliseconds(TimeoutMilliseconds),
                    MaxResponseContentBufferSize = LargestAnswer,
                },
        };
        var url = options.Otlp.TrimEnd('/');
        exporter.Endpoint = new Uri(options.IsHttp ? $"{url}/v1/{signal}" : url);
        return exporter;
    }

    /// <summary>Options that never change.</summary>
    private sealed class Fixed(OpenTelemetryLoggerOptions options) : IOptionsMonitor<OpenTelemetryLoggerOptions>
    {
        public OpenTelemetryLoggerOptions CurrentValue => options;

        public OpenTelemetryLoggerOptions Get(string? name) => options;

        public IDisposable? OnChange(Action<OpenTelemetryLoggerOptions, string?> listener) => null;
    }
}
