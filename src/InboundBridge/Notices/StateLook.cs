using System.Globalization;
using InboundBridge.Certificates;
using InboundBridge.Configuration.Options.Watching;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Notices;

/// <summary>Finds states that last and need a person: certificates that expire soon, and a disk that fills up.</summary>
internal sealed class StateLook(CertificateStore certificates, IMailSpool spool, TimeProvider clock)
{
    /// <summary>Longer than any weekend, and shorter than what renewal by ACME leaves. The alert CertificateExpires has the same.</summary>
    private static readonly TimeSpan BeforeExpiry = TimeSpan.FromDays(7);

    /// <summary>Certificates may live for six days: the last quarter of a lifetime is soon enough for these.</summary>
    private const int PartOfLifetime = 4;

    /// <summary>Mail is refused below <c>spool.minimum_free</c>; people should hear of it before.</summary>
    private const int TimesMinimum = 2;

    /// <summary>
    /// Octets: two mails of the default largest size. Even where <c>spool.minimum_free</c> is 0 and mail is taken until the disk is full,
    /// people should hear of it before.
    /// </summary>
    private const long LeastFree = 100L * 1024 * 1024;

    public async ValueTask<IReadOnlyList<Occurrence>> FindAsync(CancellationToken cancellationToken)
    {
        var found = new List<Occurrence>();
        foreach (var (name, entry) in certificates.Current.Named)
        {
            if (Expiring(entry) is { } detail)
                found.Add(new Occurrence(NoticeKind.Certificate, name, detail, CountsOnce: true));
        }
        var free = (await spool.ReadTotalsAsync(cancellationToken)).FreeBytes;
        if (Filling(spool.Condition, free, spool.Options.MinimumFree) is { } filling)
            found.Add(new Occurrence(NoticeKind.Disk, "spool", filling, CountsOnce: true));
        return found;
    }

    /// <returns>Null where there is enough room, or nobody knows.</returns>
    internal static string? Filling(SpoolCondition condition, long? free, long minimum)
    {
        // No product here: the minimum may be any number.
        if (condition != SpoolCondition.DiskLow && !(free < LeastFree) && !(free / TimesMinimum < minimum))
            return null;
        var left = free is { } octets ? string.Create(CultureInfo.InvariantCulture, $"{octets} octets are free") : "the disk is full";
        return minimum > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{left}; below {minimum} (spool.minimum_free) new mail is refused for now.")
            : $"{left}; new mail is taken until the disk is full (spool.minimum_free is 0).";
    }

    private string? Expiring(CertificateSet.Entry entry)
    {
        var (end, left, quarter) = (entry.End, entry.End - clock.GetUtcNow(), entry.Lifetime / PartOfLifetime);
        if (left >= (quarter < BeforeExpiry ? quarter : BeforeExpiry))
            return null;
        var names = string.Join(' ', entry.Names.Take(5));
        return left > TimeSpan.Zero
            ? string.Create(CultureInfo.InvariantCulture, $"It expires at {end:u} and was not renewed: {names}")
            : string.Create(CultureInfo.InvariantCulture, $"It has expired at {end:u}: {names}");
    }
}
