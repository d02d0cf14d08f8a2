namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>scanners.rspamd</c>.</summary>
internal sealed record RspamdOptions
{
    public string Url { get; init; } = string.Empty;

    /// <summary>From the connection to the whole answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}
