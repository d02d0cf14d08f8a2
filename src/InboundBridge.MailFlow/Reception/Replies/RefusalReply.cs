using InboundBridge.Rules.Contract;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Reception.Replies;

/// <summary>What the peer hears of a rule's refusal.</summary>
internal static class RefusalReply
{
    public static SmtpReply Of(RuleRefusal refusal) => new(
        refusal.Code,
        EnhancedStatusCode.TryParse(refusal.Enhanced, out var enhanced) ? enhanced : null,
        refusal.Text)
    {
        Reason = refusal.Kind == RuleRefusalKind.Defer ? "rule_defer" : "rule_reject",
    };
}
