namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>scanners.rspamd</c>.</summary>
internal sealed record RspamdOptions
{
    public string Url { get; init; } = string.Empty;

    /// <summary>Mails that it scans at the same time; more wait for a place within their time-out.</summary>
    public int Concurrency { get; init; } = 10;

    /// <summary>From the connection to the whole answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}
