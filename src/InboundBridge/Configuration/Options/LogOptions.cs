using InboundBridge.Configuration.Options.Watching;

namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>log</c>.</summary>
internal sealed record LogOptions
{
    public LogFormat Format { get; init; }

    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <summary>Null: standard output alone.</summary>
    public SyslogAddress? Syslog { get; init; }
}

internal enum LogFormat
{
    Text,
    Json,
}
