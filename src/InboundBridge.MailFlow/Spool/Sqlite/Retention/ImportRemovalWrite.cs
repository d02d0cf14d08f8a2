using InboundBridge.MailFlow.Spool.Sqlite.Writing;

namespace InboundBridge.MailFlow.Spool.Sqlite.Retention;

/// <summary>Removes mails of an import that is given up.</summary>
internal sealed class ImportRemovalWrite(IReadOnlyList<long> messages, Action<string> deleteFile) : SpoolWrite
{
    private readonly List<string> _files = [];

    public override void Apply(WriterSession session)
    {
        _files.Clear();
        foreach (var seq in messages)
            MessageRemoval.Remove(session, seq, _files);
    }

    public override void Committed()
    {
        foreach (var file in _files)
            deleteFile(file);
    }
}
