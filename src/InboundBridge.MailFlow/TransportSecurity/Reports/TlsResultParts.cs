using System.Text.Json;
using InboundBridge.MailFlow.Spool.Contract.Notes;

namespace InboundBridge.MailFlow.TransportSecurity.Reports;

/// <summary>
/// The parts of reports in the spool's notes. Each process writes its own, so that no node overwrites another's figures; one node joins
/// them when their time has ended, and sends the report. A note says who is about to send it, and later that it was sent. Days end, and
/// turns begin, by the clock of the store: a node whose clock is ahead must not send a report that others still write for.
/// </summary>
internal sealed class TlsResultParts(ISpoolNotes notes)
{
    private const string Kind = "tls-results";

    private const string ReportKind = "tls-reports";

    /// <summary>Parts that are read at a time.</summary>
    private const int Page = 50;

    /// <summary>Parts of one report: nodes, and restarts of nodes. Our choice; further ones are left out, and count as late.</summary>
    private const int MostParts = 500;

    private static readonly byte[] IsSending = "sending"u8.ToArray();

    private static readonly byte[] IsSent = "sent"u8.ToArray();

    private static readonly TlsReportTerms Unnamed = new(string.Empty, string.Empty, TimeSpan.FromDays(1));

    /// <summary>
    /// How long after its time a report is made: each node writes its last figures within a minute, or when the spool is back.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    /// <summary>How long a report may take to be sent. If its node dies meanwhile, another one sends it after this.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromMinutes(15);

    /// <summary>How long figures are kept that nobody could be given: the receiver's DNS may be broken for a while.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromDays(2);

    /// <summary>A process's part of a report. It is one note, unless it is too large for that: then each policy has one.</summary>
    public static IEnumerable<SpoolNote> NotesOf(DomainTally tally, string part)
    {
        var name = $"{tally.Scope.Key} {part}";
        if (Write(tally, name) is { Value.Length: <= SpoolNote.LargestValue } whole)
            return [whole];
        // The first one has the name of the whole, whose earlier figures it replaces. A policy has 64 KB (RFC 8461 §3.3), so it fits
        // unless nearly all of it has to be escaped.
        return tally.Split().Select((policy, index) => Write(policy, index == 0 ? name : $"{name} {index}"))
            .Where(note => note.Value.Length <= SpoolNote.LargestValue);
    }

    public ValueTask WriteAsync(IReadOnlyList<SpoolNote> written, CancellationToken cancellationToken) =>
        notes.KeepNotesAsync(written, cancellationToken);

    /// <summary>Reports that are due and were not sent, the oldest ones first.</summary>
    public async ValueTask<IReadOnlyList<TlsReportScope>> ListDueAsync(CancellationToken cancellationToken)
    {
        var due = new List<TlsReportScope>();
        var latest = await notes.ReadTimeAsync(cancellationToken) - Grace;
        for (string? after = null; ;)
        {
            var page = await notes.ListNotesAsync(Kind, after, Page, cancellationToken);
            foreach (var note in page)
            {
                if (TlsReportScope.Read(note.Key) is { } scope && scope.End <= latest && (due.Count == 0 || due[^1] != scope))
                    due.Add(scope);
            }
            // Keys sort by the begin.
            if (page.Count < Page || TlsReportScope.Read(page[^1].Key)?.Begin > latest)
                return due;
            after = page[^1].Key;
        }
    }

    /// <summary>Takes the turn to send a report. It is ours until <see cref="EndAsync"/>; nobody else gets it meanwhile.</summary>
    /// <returns>Also how many parts were deleted because the report has been sent without them.</returns>
    public async ValueTask<(bool IsOurs, int Late)> TryBeginAsync(TlsReportScope scope, CancellationToken cancellationToken)
    {
        var now = await notes.ReadTimeAsync(cancellationToken);
        var turn = new SpoolNote(ReportKind, scope.Key, IsSending, now + Turn);
        if (await notes.TryKeepNoteAsync(turn, cancellationToken))
            return (true, 0);
        if (await notes.FindNoteAsync(ReportKind, scope.Key, cancellationToken) is { } known && known.Value.Span.SequenceEqual(IsSent))
        {
            // A node that was without the spool has written its part too late, or there were more parts than one report takes.
            var (_, late, _) = await JoinAsync(scope, cancellationToken);
            await notes.ForgetNotesAsync(Kind, late, cancellationToken);
            return (false, late.Count);
        }
        return (false, 0);
    }

    /// <summary>Everything that all nodes have seen, and how many of the parts can't be read.</summary>
    public async ValueTask<(DomainTally Tally, IReadOnlyList<string> Parts, int Unread)> JoinAsync(
        TlsReportScope scope, CancellationToken cancellationToken)
    {
        var (tally, keys, unread) = (new DomainTally(scope), new List<string>(), 0);
        // A version before there were parts wrote everything under this key.
        if (await notes.FindNoteAsync(Kind, scope.Key, cancellationToken) is { } whole)
            Add(whole);
        var prefix = scope.Key + " ";
        for (var after = prefix; keys.Count < MostParts;)
        {
            var page = await notes.ListNotesAsync(Kind, after, Page, cancellationToken);
            foreach (var note in page.TakeWhile(note => note.Key.StartsWith(prefix, StringComparison.Ordinal)))
                Add(note);
            if (page.Count < Page || !page[^1].Key.StartsWith(prefix, StringComparison.Ordinal))
                break;
            after = page[^1].Key;
        }
        return (tally, keys, unread);

        void Add(SpoolNote note)
        {
            keys.Add(note.Key);
            try
            {
                TlsReportJson.AddTo(tally, note.Value.Span);
            }
            catch (JsonException)
            {
                // Another version wrote it in another form: these figures are lost.
                unread++;
            }
        }
    }

    /// <summary>Ends the turn of a report that has to be tried again.</summary>
    public ValueTask EndAsync(TlsReportScope scope, CancellationToken cancellationToken) =>
        notes.ForgetNotesAsync(ReportKind, [scope.Key], cancellationToken);

    /// <summary>Deletes the parts of a report, so that nobody sends it any more.</summary>
    /// <param name="isSent">Parts that come later are not reported either. False: nobody wants a report.</param>
    public async ValueTask ForgetAsync(
        TlsReportScope scope, IReadOnlyList<string> parts, bool isSent, CancellationToken cancellationToken)
    {
        if (isSent)
        {
            var sent = new SpoolNote(ReportKind, scope.Key, IsSent, scope.End + Patience + Turn);
            await notes.KeepNotesAsync([sent], cancellationToken);
        }
        await notes.ForgetNotesAsync(Kind, parts, cancellationToken);
        if (!isSent)
            await EndAsync(scope, cancellationToken);
    }

    private static SpoolNote Write(DomainTally tally, string name) =>
        new(Kind, name, TlsReportJson.Write(tally, Unnamed, string.Empty), tally.Scope.End + Patience);
}
