using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notes;

namespace InboundBridge.MailFlow.Spool.Moving;

/// <summary>
/// A whole spool as it was at one moment, while others may go on writing to it. One caller reads one thing at a time. Every method may
/// throw <see cref="SpoolUnavailableException"/>.
/// </summary>
internal interface ISpoolSnapshot : IAsyncDisposable
{
    /// <summary>For people: a directory, or host and database.</summary>
    string Place { get; }

    /// <summary>Of the mails read so far, how many have ended and were removed since the snapshot began. They were passed over.</summary>
    long Removed { get; }

    /// <summary>The key that signs links; null where the spool has none.</summary>
    ValueTask<byte[]?> ReadLinkKeyAsync(CancellationToken cancellationToken);

    /// <summary>Messages in the order of their numbers.</summary>
    /// <param name="after">The number of the last message that is not wanted; 0 for all.</param>
    /// <param name="problems">Is told of messages whose records can't be read. They are passed over.</param>
    IAsyncEnumerable<MovedMail> ReadMailsAsync(long after, MoveProblems problems, CancellationToken cancellationToken);

    /// <summary>
    /// The octets of the mail that was read last: the prelude, then what was received. What is missing or damaged is not told.
    /// </summary>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadBodyAsync(MovedMail mail, CancellationToken cancellationToken);

    ValueTask<IReadOnlyDictionary<string, string>> ReadPausesAsync(CancellationToken cancellationToken);

    /// <summary>All entries of greylisting, in lists of at most some hundreds.</summary>
    IAsyncEnumerable<IReadOnlyList<GreylistEntry>> ReadGreylistAsync(CancellationToken cancellationToken);

    /// <summary>All notes of all kinds.</summary>
    IAsyncEnumerable<SpoolNote> ReadNotesAsync(CancellationToken cancellationToken);

    /// <summary>The totals as the store keeps them, which are not counted now.</summary>
    ValueTask<SpoolTotals> ReadTotalsAsync(CancellationToken cancellationToken);

    /// <summary>What is wrong between the rows of the store: rows that belong to nothing, damaged pages.</summary>
    ValueTask<IReadOnlyList<string>> FindFaultsAsync(CancellationToken cancellationToken);
}
