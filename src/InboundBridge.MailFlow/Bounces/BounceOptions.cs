using InboundBridge.MailFlow.Bounces.Writing;

namespace InboundBridge.MailFlow.Bounces;

/// <summary>Configuration <c>delivery.bounces</c> (docs/bounces.md).</summary>
public sealed record BounceOptions
{
    /// <summary>What <see cref="Language"/> may be.</summary>
    public static IReadOnlyList<string> Languages => BounceLanguage.Codes;

    /// <summary>Our name in reports and in message-ids.</summary>
    public string Hostname { get; init; } = "localhost";

    /// <summary>The address that bounces name for questions (RFC 5321 §4.5.1).</summary>
    public string Postmaster { get => field ?? $"postmaster@{Hostname}"; init; }

    /// <summary>
    /// The address in From; null for <c>MAILER-DAEMON</c> at <see cref="Hostname"/>. The reverse-path is always null (RFC 5321 §4.5.5).
    /// </summary>
    public string? From { get; init; }

    /// <summary>The relay destination that carries bounces; null: none are sent.</summary>
    public string? Via { get; init; }

    /// <summary>Bounces go only to senders that something confirmed: to anybody else they would be backscatter.</summary>
    public bool OnlyIfAuthenticated { get; init; } = true;

    /// <summary>
    /// How old a delivery is when its sender hears that it waits. RFC 5321 §4.5.4.1 gives up after days; people ask after hours.
    /// </summary>
    public TimeSpan DelayAfter { get; init; } = TimeSpan.FromHours(4);

    /// <summary>Of the part that people read.</summary>
    public string Language { get; init; } = "en";

    /// <summary>Bounces to one address within <see cref="RatePeriod"/>; more than a person's mail ever causes.</summary>
    public int PerSender { get; init; } = 100;

    /// <summary>Bounces to all addresses of one domain within <see cref="RatePeriod"/>.</summary>
    public int PerDomain { get; init; } = 1000;

    /// <summary>
    /// Bounces within <see cref="RatePeriod"/> to all senders of one domain whom only a DKIM signature confirms and whom the signed From
    /// does not name: one signed mail, replayed with forged senders, would otherwise bring everybody at its domain a bounce. Our choice:
    /// forwarded newsletters, whose bounces lists can miss, need no more.
    /// </summary>
    public int PerReplayedDomain { get; init; } = 10;

    public TimeSpan RatePeriod { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Octets of the largest mail that is returned whole; of a larger one, the header is.</summary>
    public int WholeMail { get; init; } = 64 * 1024;

    /// <summary>Octets of the returned header. It ends with a whole field.</summary>
    public int Header { get; init; } = 16 * 1024;
}
