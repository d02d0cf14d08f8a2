using InboundBridge.MailFlow.Spool.Sqlite.Writing;

namespace InboundBridge.MailFlow.Spool.Sqlite.Retention;

/// <summary>Tells whether the log has been emptied since an erasure. The writer tries to empty it after each commit.</summary>
internal sealed class EmptyLogCheck : SpoolWrite
{
    public bool IsEmpty { get; private set; }

    public override void Apply(WriterSession session) => IsEmpty = !session.WantsEmptyLog;
}
