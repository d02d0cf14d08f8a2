using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.MailFlow.Reception.Replies;

/// <summary>The replies to the end of the data: one for the message, or on LMTP one for each recipient (RFC 2033 §4.2).</summary>
internal static class DataReplies
{
    public static SmtpReply[] Same(MailTransaction transaction, SmtpReply reply)
    {
        var replies = new SmtpReply[IsLmtp(transaction) ? transaction.Recipients.Count : 1];
        Array.Fill(replies, reply);
        return replies;
    }

    /// <param name="whole">The reply when there is only one.</param>
    /// <param name="refusals">In the order of the recipients; null for a recipient that is not refused.</param>
    public static SmtpReply[] Of(MailTransaction transaction, SmtpReply whole, IReadOnlyList<RoutedRefusal?> refusals)
    {
        var replies = Same(transaction, whole);
        if (!IsLmtp(transaction))
            return replies;
        for (var index = 0; index < replies.Length; index++)
        {
            if (refusals[index] is { } refusal)
                replies[index] = RefusalReply.Of(transaction, refusal);
        }
        return replies;
    }

    /// <summary>
    /// The message with what its plan refuses, where each recipient gets a reply of its own (LMTP). On SMTP the only reply is 250, and
    /// deliveries record who was refused.
    /// </summary>
    public static SpooledMessage Noted(MailTransaction transaction, SpooledMessage message, RoutePlan plan)
    {
        if (!IsLmtp(transaction) || !plan.RefusesAny)
            return message;
        for (var index = 0; index < plan.Refusals.Count; index++)
        {
            if (plan.Refusals[index] is { } refusal)
                transaction.Refusals.Add(new SmtpRefusal(SmtpVerb.Data, RefusalReply.Of(transaction, refusal))
                {
                    Recipients = transaction.Recipients[index].Address,
                });
        }
        return message with { Envelope = transaction.ToEnvelope() };
    }

    private static bool IsLmtp(MailTransaction transaction) => transaction.Peer.Mode == SmtpListenerMode.Lmtp;
}
