using System.Net;

namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>dns</c>.</summary>
internal sealed record DnsOptions
{
    /// <summary>Empty: the system's.</summary>
    public IReadOnlyList<IPEndPoint> Servers { get; init; } = [];

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    public bool Cache { get; init; } = true;
}
