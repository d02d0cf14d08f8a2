using System.Net;

namespace InboundBridge.MailFlow.Dns;

public enum DnsStatus
{
    /// <summary>There are records of that type.</summary>
    Success,

    /// <summary>The name exists (or has names below it), but has no record of that type.</summary>
    NoData,

    /// <summary>The name does not exist, or is not a valid name.</summary>
    NoSuchName,

    /// <summary>A server failed, refused, or sent an invalid answer: temporary.</summary>
    Failure,

    /// <summary>No server answered in time: temporary.</summary>
    Timeout,
}

/// <summary>The result of a look-up.</summary>
/// <param name="Records">
/// The records of the requested type at the end of the chain of aliases; empty unless <see cref="DnsStatus.Success"/>.
/// </param>
/// <param name="CanonicalName">The name at the end of the chain of aliases.</param>
/// <param name="Authenticated">A trusted resolver has validated the whole answer (the AD bit, RFC 4035 §3.2.3).</param>
public sealed record DnsAnswer(DnsStatus Status, IReadOnlyList<DnsRecord> Records, string CanonicalName, bool Authenticated)
{
    /// <summary>What went wrong, for the log.</summary>
    public string? Detail { get; init; }

    /// <summary>True when the same question may have another answer soon.</summary>
    public bool IsTemporary => Status is DnsStatus.Failure or DnsStatus.Timeout;

    /// <summary>
    /// The question had no turn in time, because its client asks for more than its share. It is temporary, and the client's own doing.
    /// </summary>
    public bool IsCrowdedOut { get; init; }

    public IEnumerable<IPAddress> Addresses => Records.OfType<DnsRecord.Address>().Select(record => record.Ip);

    public IEnumerable<string> Texts => Records.OfType<DnsRecord.Txt>().Select(record => record.Text);

    /// <summary>Octets of memory that keeping it takes, roughly: objects, and two octets a character.</summary>
    internal int EstimateSize()
    {
        var size = 200;
        foreach (var record in Records)
        {
            size += 120 + record switch
            {
                DnsRecord.Txt txt => 2 * txt.Text.Length,
                DnsRecord.Target target => 2 * target.Host.Length,
                DnsRecord.Mx mx => 2 * mx.Exchange.Length,
                DnsRecord.Tlsa tlsa => tlsa.Data.Length,
                DnsRecord.Caa caa => 2 * (caa.Tag.Length + caa.Value.Length),
                _ => 0,
            };
        }
        return size;
    }

    internal static DnsAnswer Without(DnsStatus status, string name, string? detail = null, bool authenticated = false) =>
        new(status, [], name, authenticated) { Detail = detail };
}
