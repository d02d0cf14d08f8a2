using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Writing;

namespace InboundBridge.MailFlow.Spool.Sqlite.Retention;

/// <summary>
/// Removes the messages that retention found, after judging each again: a delivery may have been retried or released meanwhile.
/// </summary>
internal sealed class PurgeWrite(IReadOnlyList<long> candidates, RetentionRules retention, Action<string> deleteFile) : SpoolWrite
{
    private readonly List<string> _files = [];

    public int Messages { get; private set; }

    public int Bodies { get; private set; }

    public override bool CanLinger => true;

    public override void Apply(WriterSession session)
    {
        _files.Clear();
        (Messages, Bodies) = (0, 0);
        var find = session.Statement(RetentionQuery.Find);
        foreach (var seq in candidates)
        {
            switch (retention.Judge(find, seq))
            {
                case RetentionVerdict.Remove:
                    MessageRemoval.Remove(session, seq, _files);
                    Messages++;
                    break;
                case RetentionVerdict.DropOctets:
                    MessageRemoval.DropOctets(session, seq, _files);
                    Bodies++;
                    break;
            }
        }
    }

    public override void Committed()
    {
        foreach (var file in _files)
            deleteFile(file);
    }
}
