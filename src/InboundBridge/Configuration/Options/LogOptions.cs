namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>log</c>.</summary>
internal sealed record LogOptions
{
    public LogFormat Format { get; init; }

    public LogLevel Level { get; init; } = LogLevel.Information;
}

internal enum LogFormat
{
    Text,
    Json,
}
