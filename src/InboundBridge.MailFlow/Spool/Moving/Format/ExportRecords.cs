using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Spool.Moving.Format;

/// <summary>The first entry of a file.</summary>
/// <param name="Id">Of this export; an import remembers it.</param>
/// <param name="Program">The version of the program that made it, for people.</param>
/// <param name="Place">Where the spool was, for people.</param>
/// <param name="IsMove">The spool was closed, and does not change any more.</param>
/// <param name="KeyCheck">A known text, sealed: tells whether a key is the right one.</param>
/// <param name="LinkKey">The key that signs links, in base 64 and sealed; null for none.</param>
internal sealed record ExportHeader(
    string Id, DateTimeOffset MadeAt, string Program, string Place, bool IsMove, string KeyCheck, string? LinkKey);

internal sealed record MessageRecord(long Number, SpooledMessage Message, bool HasBody);

internal sealed record GreylistRecord(string Key, DateTimeOffset FirstSeen, DateTimeOffset Expires, int Passes);

internal sealed record NoteRecord(string Kind, string Key, DateTimeOffset Expires, byte[] Value);

internal sealed record TallyRecord(string Destination, DeliveryState State, long Count);

/// <summary>The last entry of a file: what all before it add up to.</summary>
internal sealed record ExportTotals(
    long Messages, long Octets, long WithoutOctets, long Erased, long Attempts, long Pauses, long Greylist, long Notes,
    IReadOnlyList<TallyRecord> Deliveries)
{
    public static ExportTotals Of(SpoolCount count) => new(
        count.Messages, count.Octets, count.WithoutOctets, count.Erased, count.Attempts, count.Pauses, count.Greylist, count.Notes,
        [.. count.Deliveries.Select(tally => new TallyRecord(tally.Destination, tally.State, tally.Count))]);

    public SpoolCount ToCount()
    {
        var count = new SpoolCount
        {
            Messages = Messages,
            Octets = Octets,
            WithoutOctets = WithoutOctets,
            Erased = Erased,
            Attempts = Attempts,
            Pauses = Pauses,
            Greylist = Greylist,
            Notes = Notes,
        };
        foreach (var tally in Deliveries)
            count.Add(tally.Destination, tally.State, tally.Count);
        return count;
    }
}
