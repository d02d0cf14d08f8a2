using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notes;

namespace InboundBridge.MailFlow.TransportSecurity.Reports;

/// <summary>
/// Collects how sessions of this process went, by domain and by the time that a report covers. The figures are in memory, and in the
/// spool's notes as they were at the last <see cref="FlushAsync"/>: a crash loses what came after it, about a minute. They are one part of
/// a report; other nodes, and this one before a restart, write parts of their own (<see cref="TlsResultParts"/>). Safe for concurrent use,
/// except that one caller at a time writes.
/// </summary>
public sealed class TlsResults(ISpoolNotes notes, TimeProvider clock)
{
    /// <summary>Domains that are reported to at a time; further ones are left out. Our choice.</summary>
    private const int MostDomains = 5000;

    /// <summary>Notes of one write.</summary>
    private const int Page = 200;

    private readonly Lock _gate = new();
    private readonly Dictionary<TlsReportScope, DomainTally> _tallies = [];

    /// <summary>The name of this process's parts; another one after a restart.</summary>
    private readonly string _part = new MessageIdSource(clock).Next();
    private TlsReportTerms? _terms;

    /// <summary>Null: nothing is collected.</summary>
    public TlsReportTerms? Terms
    {
        get => Volatile.Read(ref _terms);
        set => Volatile.Write(ref _terms, value);
    }

    /// <summary>The parts of all nodes.</summary>
    internal TlsResultParts Parts { get; } = new(notes);

    internal void Add(SessionResult result)
    {
        if (Terms is not { } terms)
            return;
        var interval = terms.Interval.Ticks;
        var begin = new DateTimeOffset(clock.GetUtcNow().Ticks / interval * interval, TimeSpan.Zero);
        var scope = new TlsReportScope(begin, begin + terms.Interval, result.Domain.ToLowerInvariant());
        lock (_gate)
        {
            if (!_tallies.TryGetValue(scope, out var tally) && _tallies.Count < MostDomains)
                _tallies[scope] = tally = new DomainTally(scope);
            tally?.Add(result);
        }
    }

    /// <summary>Writes what has changed to the spool.</summary>
    /// <exception cref="SpoolUnavailableException">The figures stay in memory, and are written next time.</exception>
    internal async Task FlushAsync(CancellationToken cancellationToken)
    {
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
                    written.AddRange(TlsResultParts.NotesOf(tally, _part));
                    tally.IsDirty = false;
                }
            }
            try
            {
                await Parts.WriteAsync(written, cancellationToken);
            }
            catch
            {
                lock (_gate)
                    Array.ForEach(page, tally => tally.IsDirty = true);
                throw;
            }
        }
        ForgetEnded();
    }

    /// <summary>A time that has ended doesn't change any more: its figures are in the spool.</summary>
    private void ForgetEnded()
    {
        lock (_gate)
        {
            foreach (var (scope, tally) in _tallies)
            {
                if (scope.End <= clock.GetUtcNow() && !tally.IsDirty)
                    _tallies.Remove(scope);
            }
        }
    }
}
