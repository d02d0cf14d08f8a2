namespace InboundBridge.MailFlow.Spool.Contract.Notes;

/// <summary>Keeps nothing: for commands that run without a spool.</summary>
public sealed class NoNotes : ISpoolNotes
{
    public ValueTask<DateTimeOffset> ReadTimeAsync(CancellationToken cancellationToken) => new(TimeProvider.System.GetUtcNow());

    public ValueTask<SpoolNote?> FindNoteAsync(string kind, string key, CancellationToken cancellationToken) => new((SpoolNote?)null);

    public ValueTask<IReadOnlyList<SpoolNote>> ListNotesAsync(
        string kind, string? after, int limit, CancellationToken cancellationToken) => new([]);

    public ValueTask KeepNotesAsync(IReadOnlyList<SpoolNote> notes, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<bool> TryKeepNoteAsync(SpoolNote note, CancellationToken cancellationToken) => new(true);

    public ValueTask ForgetNotesAsync(string kind, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;
}
