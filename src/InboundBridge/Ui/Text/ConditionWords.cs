using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Ui.Text;

/// <summary>Whether the spool takes mail, in words.</summary>
internal static class ConditionWords
{
    public static string Of(SpoolCondition condition) => condition switch
    {
        SpoolCondition.Ready => "ready",
        SpoolCondition.DiskLow => "disk low",
        SpoolCondition.CommitsSlow => "commits slow",
        SpoolCondition.Failing => "failing",
        _ => throw new ArgumentOutOfRangeException(nameof(condition), condition, null),
    };
}
