using System.Text;
using InboundBridge.MailFlow.Spool.Contract.Notes;

namespace InboundBridge.MailFlow.Spool.Moving;

/// <summary>
/// How far the import of an export has come: a note in the spool that takes it. While mails are being taken none of them can be claimed, so
/// none can end and be removed, and a second run finds each that is there by its id. From <see cref="Releasing"/> on all of them were
/// taken, and none is taken again: those that have been delivered and removed meanwhile would be delivered twice.
/// </summary>
internal sealed class ImportMark(ISpoolNotes notes, string exportId)
{
    public const string Kind = "spool-import";

    public const string Taking = "taking";

    public const string Releasing = "releasing";

    public const string Done = "done";

    /// <summary>Our choice: longer than anybody keeps a file and might import it once more.</summary>
    private static readonly DateTimeOffset Expires = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private const int Page = 100;

    /// <summary>Null where no import was begun.</summary>
    public async ValueTask<string?> ReadAsync(CancellationToken cancellationToken) =>
        await notes.FindNoteAsync(Kind, exportId, cancellationToken) is { } note ? Encoding.UTF8.GetString(note.Value.Span) : null;

    public ValueTask WriteAsync(string state, CancellationToken cancellationToken) =>
        notes.KeepNotesAsync([new SpoolNote(Kind, exportId, Encoding.UTF8.GetBytes(state), Expires)], cancellationToken);

    /// <summary>
    /// Ends the imports of other files that were begun and never finished: what they took is released together with this import.
    /// </summary>
    public async ValueTask EndOthersAsync(CancellationToken cancellationToken)
    {
        string? after = null;
        do
        {
            var page = await notes.ListNotesAsync(Kind, after, Page, cancellationToken);
            foreach (var note in page.Where(note => note.Key != exportId && IsUnfinished(note)))
                await new ImportMark(notes, note.Key).WriteAsync(Done, cancellationToken);
            after = page.Count < Page ? null : page[^1].Key;
        }
        while (after is not null);
    }

    public static bool IsUnfinished(SpoolNote note) => note.Kind == Kind && !note.Value.Span.SequenceEqual("done"u8);
}
