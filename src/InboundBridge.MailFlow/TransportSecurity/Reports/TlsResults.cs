using System.Globalization;
using System.Text.Json;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notes;

namespace InboundBridge.MailFlow.TransportSecurity.Reports;

/// <summary>
/// Collects how sessions went, by domain and by the time that a report covers. The figures are in memory, and in the spool's notes as they
/// were at the last <see cref="FlushAsync"/>: a crash loses what came after it, about a minute. Safe for concurrent use, except that one
/// caller at a time writes.
/// </summary>
public sealed class TlsResults(ISpoolNotes notes, TimeProvider clock)
{
    private const string Kind = "tls-results";

    /// <summary>Domains that are reported to at a time; further ones are left out. Our choice.</summary>
    private const int MostDomains = 5000;

    /// <summary>Notes of one read or write.</summary>
    private const int Page = 200;

    /// <summary>How long figures are kept that nobody could be given: the receiver's DNS may be broken for a while.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromDays(2);

    private static readonly TlsReportTerms Unnamed = new(string.Empty, string.Empty, TimeSpan.FromDays(1));

    private readonly Lock _gate = new();
    private readonly Dictionary<string, DomainTally> _tallies = new(StringComparer.Ordinal);
    private bool _hasRead;
    private TlsReportTerms? _terms;

    /// <summary>Null: nothing is collected.</summary>
    public TlsReportTerms? Terms
    {
        get => Volatile.Read(ref _terms);
        set => Volatile.Write(ref _terms, value);
    }

    internal void Add(SessionResult result)
    {
        if (Terms is not { } terms)
            return;
        var interval = terms.Interval.Ticks;
        var begin = new DateTimeOffset(clock.GetUtcNow().Ticks / interval * interval, TimeSpan.Zero);
        lock (_gate)
            Tally(result.Domain.ToLowerInvariant(), begin, begin + terms.Interval)?.Add(result);
    }

    /// <summary>Writes what has changed to the spool.</summary>
    /// <exception cref="SpoolUnavailableException">The figures stay in memory, and are written next time.</exception>
    internal async Task FlushAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(cancellationToken);
        List<DomainTally> changed;
        lock (_gate)
            changed = [.. _tallies.Values.Where(tally => tally.IsDirty)];
        foreach (var page in changed.Chunk(Page))
        {
            var written = new List<SpoolNote>(page.Length);
            lock (_gate)
            {
                foreach (var tally in page)
                {
                    var octets = TlsReportJson.Write(tally, Unnamed, string.Empty);
                    // Only policies of tens of kilobytes, changed several times, make more than fits into a note. Such stay in memory.
                    if (octets.Length <= SpoolNote.LargestValue)
                        written.Add(new SpoolNote(Kind, Key(tally.Domain, tally.Begin, tally.End), octets, tally.End + Patience));
                    tally.IsDirty = false;
                }
            }
            try
            {
                await notes.KeepNotesAsync(written, cancellationToken);
            }
            catch (SpoolUnavailableException)
            {
                lock (_gate)
                    Array.ForEach(page, tally => tally.IsDirty = true);
                throw;
            }
        }
    }

    /// <summary>Tallies whose time has ended. They stay until <see cref="ForgetAsync"/>.</summary>
    internal IReadOnlyList<DomainTally> ListEnded()
    {
        lock (_gate)
            return [.. _tallies.Values.Where(tally => tally.End <= clock.GetUtcNow())];
    }

    /// <summary>Deletes a tally that was reported, or about which nobody wants a report.</summary>
    internal async Task ForgetAsync(DomainTally tally, CancellationToken cancellationToken)
    {
        var key = Key(tally.Domain, tally.Begin, tally.End);
        lock (_gate)
            _tallies.Remove(key);
        await notes.ForgetNotesAsync(Kind, [key], cancellationToken);
    }

    /// <summary>Whether a tally is too old to wait for its receiver any longer.</summary>
    internal bool IsLate(DomainTally tally) => clock.GetUtcNow() >= tally.End + Patience;

    /// <summary>Reads the figures of the time before a restart, once.</summary>
    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (_hasRead)
            return;
        var all = new List<SpoolNote>();
        IReadOnlyList<SpoolNote> page;
        do
        {
            page = await notes.ListNotesAsync(Kind, all.Count > 0 ? all[^1].Key : null, Page, cancellationToken);
            all.AddRange(page);
        }
        while (page.Count == Page && all.Count < MostDomains);
        lock (_gate)
            all.ForEach(Merge);
        _hasRead = true;
    }

    private void Merge(SpoolNote note)
    {
        var parts = note.Key.Split(' ');
        if (parts.Length != 3 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var begin)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var end))
            return;
        if (Tally(parts[2], DateTimeOffset.FromUnixTimeSeconds(begin), DateTimeOffset.FromUnixTimeSeconds(end)) is not { } tally)
            return;
        try
        {
            TlsReportJson.AddTo(tally, note.Value.Span);
        }
        catch (JsonException)
        {
            // Another version wrote it in another form: these figures are lost.
            return;
        }
    }

    private DomainTally? Tally(string domain, DateTimeOffset begin, DateTimeOffset end)
    {
        var key = Key(domain, begin, end);
        if (!_tallies.TryGetValue(key, out var tally) && _tallies.Count < MostDomains)
            _tallies[key] = tally = new DomainTally(domain, begin, end);
        return tally;
    }

    private static string Key(string domain, DateTimeOffset begin, DateTimeOffset end) =>
        string.Create(CultureInfo.InvariantCulture, $"{begin.ToUnixTimeSeconds()} {end.ToUnixTimeSeconds()} {domain}");
}
