namespace InboundBridge.MailFlow.Spool.Contract.Notes;

/// <summary>
/// The small things that the store keeps beside mail. Durable as everything in the store. Every method may throw <see
/// cref="SpoolUnavailableException"/>.
/// </summary>
public interface ISpoolNotes
{
    /// <summary>The time by which notes expire: the store's, where nodes share one, since their own clocks need not agree.</summary>
    ValueTask<DateTimeOffset> ReadTimeAsync(CancellationToken cancellationToken);

    /// <summary>The note with this key; null when there is none, or it has expired.</summary>
    ValueTask<SpoolNote?> FindNoteAsync(string kind, string key, CancellationToken cancellationToken);

    /// <summary>Notes of a kind that have not expired, in the order of their keys' octets.</summary>
    /// <param name="after">The last key of the page before; null for the first page.</param>
    ValueTask<IReadOnlyList<SpoolNote>> ListNotesAsync(string kind, string? after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Stores notes together, with the commit of other work where there is any. A note with the same kind and key is replaced. Beyond <see
    /// cref="SpoolOptions.NotesOfAKind"/>, those of the kind that expire first are deleted.
    /// </summary>
    /// <param name="notes">At most some hundreds, each key once.</param>
    ValueTask KeepNotesAsync(IReadOnlyList<SpoolNote> notes, CancellationToken cancellationToken);

    /// <summary>
    /// Stores a note where none with its kind and key is there that has not expired. Of several callers at the same time, on whichever
    /// nodes, one gets true.
    /// </summary>
    ValueTask<bool> TryKeepNoteAsync(SpoolNote note, CancellationToken cancellationToken);

    /// <summary>Deletes notes; those that are not there are ignored.</summary>
    ValueTask ForgetNotesAsync(string kind, IReadOnlyList<string> keys, CancellationToken cancellationToken);
}
