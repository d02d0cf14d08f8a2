using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notes;

namespace InboundBridge.UnitTests.MailFlow.TransportSecurity;

/// <summary>Notes in memory, which outlive the objects under test as a spool does.</summary>
internal sealed class MemoryNotes(TimeProvider clock) : ISpoolNotes
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<(string Kind, string Key), SpoolNote> _notes = [];

    /// <summary>Every call fails, as with a broken disk.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Notes of a kind that have not expired.</summary>
    public int Count(string kind)
    {
        lock (_gate)
            return _notes.Values.Count(note => note.Kind == kind && note.Expires > clock.GetUtcNow());
    }

    public ValueTask<DateTimeOffset> ReadTimeAsync(CancellationToken cancellationToken)
    {
        Check();
        return new(clock.GetUtcNow());
    }

    public async ValueTask<SpoolNote?> FindNoteAsync(string kind, string key, CancellationToken cancellationToken) =>
        (await ListNotesAsync(kind, null, int.MaxValue, cancellationToken)).FirstOrDefault(note => note.Key == key);

    public ValueTask<IReadOnlyList<SpoolNote>> ListNotesAsync(
        string kind, string? after, int limit, CancellationToken cancellationToken)
    {
        Check();
        lock (_gate)
        {
            return new([.. _notes.Values.Where(note => note.Kind == kind && note.Expires > clock.GetUtcNow()
                && string.CompareOrdinal(note.Key, after) > 0).OrderBy(note => note.Key, StringComparer.Ordinal).Take(limit)]);
        }
    }

    public ValueTask KeepNotesAsync(IReadOnlyList<SpoolNote> notes, CancellationToken cancellationToken)
    {
        Check();
        lock (_gate)
        {
            foreach (var note in notes)
                _notes[(note.Kind, note.Key)] = note;
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> TryKeepNoteAsync(SpoolNote note, CancellationToken cancellationToken)
    {
        Check();
        lock (_gate)
        {
            if (_notes.TryGetValue((note.Kind, note.Key), out var known) && known.Expires > clock.GetUtcNow())
                return new(false);
            _notes[(note.Kind, note.Key)] = note;
            return new(true);
        }
    }

    public ValueTask ForgetNotesAsync(string kind, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        Check();
        lock (_gate)
        {
            foreach (var key in keys)
                _notes.Remove((kind, key));
        }
        return ValueTask.CompletedTask;
    }

    private void Check()
    {
        if (IsBroken)
            throw new SpoolUnavailableException("the disk is broken");
    }
}
