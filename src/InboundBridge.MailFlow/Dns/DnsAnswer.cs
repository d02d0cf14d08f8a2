using System.Net;

namespace InboundBridge.MailFlow.Dns;

public enum DnsStatus
{
    /// <summary>There are records of that type.</summary>
    Success,

    /// <summary>The name exists (or has names below it), but has no record of that type.</summary>
    NoData,

    /// <summary>The name does not exist, or is none.</summary>
    NoSuchName,

    /// <summary>A server failed, refused or answered nonsense: temporary.</summary>
    Failure,

    /// <summary>Nobody answered in time: temporary.</summary>
    Timeout,
}

/// <summary>What a look-up found.</summary>
/// <param name="Records">Of the type that was asked for, at the end of the chain of aliases; empty unless <see cref="DnsStatus.Success"/>.</param>
/// <param name="CanonicalName">Where the chain of aliases ended.</param>
/// <param name="Authenticated">A trusted resolver has validated all of it (the AD bit, RFC 4035 §3.2.3).</param>
public sealed record DnsAnswer(DnsStatus Status, IReadOnlyList<DnsRecord> Records, string CanonicalName, bool Authenticated)
{
    /// <summary>For the log: what went wrong.</summary>
    public string? Detail { get; init; }

    /// <summary>True when the same question may be answered differently soon.</summary>
    public bool IsTemporary => Status is DnsStatus.Failure or DnsStatus.Timeout;

    public IEnumerable<IPAddress> Addresses => Records.OfType<DnsRecord.Address>().Select(record => record.Ip);

    public IEnumerable<string> Texts => Records.OfType<DnsRecord.Txt>().Select(record => record.Text);

    internal static DnsAnswer Without(DnsStatus status, string name, string? detail = null, bool authenticated = false) =>
        new(status, [], name, authenticated) { Detail = detail };
}
