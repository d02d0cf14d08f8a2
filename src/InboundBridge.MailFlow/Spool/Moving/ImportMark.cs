using System.Text;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notes;

namespace InboundBridge.MailFlow.Spool.Moving;

/// <summary>
/// How far the import of an export has come: a note in the spool that takes it. While mails are being taken none of them can be claimed, so
/// none can end and be removed, and a second run finds each that is there by its id. From <see cref="Releasing"/> on all of them were
/// taken, and none is taken again: those that have been delivered and removed meanwhile would be delivered twice.
/// <para>
/// The note has the digests of the file: that of the first entry, which is known when an import begins, and that of the whole file, which
/// is known as soon as somebody has read it to its end.
/// </para>
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
    public async ValueTask<ImportState?> ReadAsync(CancellationToken cancellationToken) =>
        await notes.FindNoteAsync(Kind, exportId, cancellationToken) is { } note ? Read(note) : null;

    public ValueTask WriteAsync(string state, FileDigests file, CancellationToken cancellationToken) => notes.KeepNotesAsync(
        [new SpoolNote(Kind, exportId, Encoding.ASCII.GetBytes($"{state} {file.Header} {file.Whole}".TrimEnd()), Expires)],
        cancellationToken);

    public ValueTask ForgetAsync(CancellationToken cancellationToken) => notes.ForgetNotesAsync(Kind, [exportId], cancellationToken);

    /// <summary>The imports that were begun and never finished, by the ids of their exports.</summary>
    public static async ValueTask<IReadOnlyDictionary<string, ImportState>> FindUnfinishedAsync(
        ISpoolNotes notes, CancellationToken cancellationToken)
    {
        var unfinished = new Dictionary<string, ImportState>(StringComparer.Ordinal);
        string? after = null;
        do
        {
            var page = await notes.ListNotesAsync(Kind, after, Page, cancellationToken);
            foreach (var note in page)
            {
                if (Read(note) is { Name: not Done } state)
                    unfinished[note.Key] = state;
            }
            after = page.Count < Page ? null : page[^1].Key;
        }
        while (after is not null);
        return unfinished;
    }

    /// <summary>A version before wrote the state alone.</summary>
    private static ImportState Read(SpoolNote note)
    {
        var words = Encoding.ASCII.GetString(note.Value.Span).Split(' ');
        return new ImportState(words[0], new FileDigests(words.ElementAtOrDefault(1), words.ElementAtOrDefault(2)));
    }
}

/// <param name="Name">One of the words of <see cref="ImportMark"/>.</param>
internal sealed record ImportState(string Name, FileDigests File);

/// <summary>What a file of an export is known by, in hexadecimal digits.</summary>
/// <param name="Header">Of its first entry; null where a version before did not note it.</param>
/// <param name="Whole">Of all its entries; null where nobody has read it to its end yet.</param>
internal sealed record FileDigests(string? Header, string? Whole)
{
    /// <summary>Whether both can be the same file, as far as is known.</summary>
    public bool MayBe(FileDigests other) => (Header is null || other.Header is null || Header == other.Header)
        && (Whole is null || other.Whole is null || Whole == other.Whole);

    /// <exception cref="SpoolRefusedException">The file is not the one whose import was begun.</exception>
    public void Check(ImportState? begun, string place)
    {
        if (begun is null || MayBe(begun.File))
            return;
        throw new SpoolRefusedException(begun.Name == ImportMark.Taking
            ? $"another file of this export was being imported into {place}, and that import was interrupted. Import that file again, or " +
                "remove what it has stored with 'inboundbridge spool import --abandon'"
            : $"another file of this export was imported into {place}, completely. Mails that were delivered since then would be delivered " +
                "again: export the spool that this file comes from once more, without --move, and import that");
    }
}
