using InboundBridge.MailFlow.Reception.Enforcement;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Reception.Trials;

/// <summary>Finds out what became of a recipient, and who decided it.</summary>
internal static class TrialSettlement
{
    /// <param name="transaction">With all recipients that got a positive reply.</param>
    /// <param name="reply">To RCPT.</param>
    /// <param name="answer">To the data; null where there was none.</param>
    public static TrialRecipient Of(
        MailTransaction transaction, string address, SmtpReply reply, SmtpReply? answer, TrialKeeper keeper)
    {
        var settled = new TrialRecipient(address, FateOf(address, reply, answer, keeper), null);
        var last = reply.IsPositive ? answer : reply;
        if (last is null)
            return settled with { DecidedBy = TrialDecider.Reception };
        if (!last.IsPositive)
        {
            var check = EnforcementReplies.CheckOf(last.Reason);
            return settled with
            {
                Check = check,
                Refusal = last,
                DecidedBy = check is not null ? TrialDecider.Enforcement
                    : last.Reason is "rule_reject" or "rule_defer" or "fact_unavailable" ? TrialDecider.Rules : TrialDecider.Reception,
            };
        }
        if (SenderEnforcement.QuarantineReason(transaction) is not { } reason
            || !Of(address, keeper).Exists(delivery => delivery.HoldReason == reason))
            return settled;
        return settled with { DecidedBy = TrialDecider.Enforcement, Check = "authentication.dmarc", HoldReason = reason };
    }

    private static TrialFate FateOf(string recipient, SmtpReply reply, SmtpReply? answer, TrialKeeper keeper)
    {
        if (reply.IsPositive && answer is null)
            return TrialFate.Deferred;
        var last = reply.IsPositive ? answer! : reply;
        if (!last.IsPositive)
            return last.IsTransientFailure ? TrialFate.Deferred : TrialFate.Rejected;
        var own = Of(recipient, keeper);
        if (own.Count == 0)
            return TrialFate.Discarded;
        if (own.TrueForAll(delivery => delivery.State == DeliveryState.Dead))
            return TrialFate.Rejected;
        return own.Exists(delivery => delivery.State == DeliveryState.Pending) ? TrialFate.Delivered : TrialFate.Held;
    }

    private static List<SpooledDelivery> Of(string recipient, TrialKeeper keeper) =>
        [.. keeper.Deliveries.Where(delivery => delivery.Recipients.Any(each => each.Original == recipient))];
}
