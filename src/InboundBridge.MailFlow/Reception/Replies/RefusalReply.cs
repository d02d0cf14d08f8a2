using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Routing;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Reception.Replies;

/// <summary>What the peer hears of a rule's refusal, and what the log tells about the mail.</summary>
internal static class RefusalReply
{
    public static SmtpReply Of(MailTransaction transaction, RoutedRefusal refusal) => new(
        refusal.Reply.Code,
        EnhancedStatusCode.TryParse(refusal.Reply.Enhanced, out var enhanced) ? enhanced : null,
        refusal.Reply.Text)
    {
        Reason = refusal.Reason,
        LogDetail = refusal.Detail,
        LogRule = refusal.Rule,
        LogAuthentication = transaction.Authentication,
        LogScan = transaction.ScanFindings,
    };
}
