using System.Net;

namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>scanners.clamav</c>.</summary>
internal sealed record ClamavOptions
{
    public EndPoint Address { get; init; } = new IPEndPoint(IPAddress.None, 0);

    /// <summary>Mails that it scans at the same time; more wait for a place within their time-out. clamd has 10 threads.</summary>
    public int Concurrency { get; init; } = 10;

    /// <summary>From the connection to the whole answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}
