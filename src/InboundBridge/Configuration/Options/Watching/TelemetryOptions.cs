namespace InboundBridge.Configuration.Options.Watching;

/// <summary>Configuration <c>telemetry</c>: traces and logs for an OpenTelemetry collector.</summary>
internal sealed record TelemetryOptions
{
    private const int HttpPort = 4318;

    /// <summary>Where the collector listens.</summary>
    public string Otlp { get; init; } = string.Empty;

    public bool Traces { get; init; } = true;

    public bool Logs { get; init; }

    /// <summary>Of all mails, 0 to 1.</summary>
    public double Sample { get; init; } = 1;

    /// <summary>Protobuf over HTTP: the port that OTLP has for it, or a path. Otherwise gRPC.</summary>
    public bool IsHttp => new Uri(Otlp) is var url && (url.Port == HttpPort || url.AbsolutePath != "/");
}
