using InboundBridge.MailFlow.Spool.Sqlite.Writing;

namespace InboundBridge.MailFlow.Spool.Sqlite.Retention;

/// <summary>Tells whether the log that an erasure wants empty is empty. The writer has tried it behind every commit before this one.</summary>
internal sealed class EmptyLogCheck : SpoolWrite
{
    public bool IsEmpty { get; private set; }

    public override void Apply(WriterSession session) => IsEmpty = !session.WantsEmptyLog;
}
