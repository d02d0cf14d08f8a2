namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>tls_reports</c>: reports to other domains about TLS with their servers (RFC 8460).</summary>
internal sealed record TlsReportOptions
{
    /// <summary>The reports' sender.</summary>
    public string From { get; init; } = string.Empty;

    /// <summary>The relay destination that sends them.</summary>
    public string Via { get; init; } = string.Empty;

    /// <summary>The time that a report covers; RFC 8460 §4.1 asks for a day.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromDays(1);
}
