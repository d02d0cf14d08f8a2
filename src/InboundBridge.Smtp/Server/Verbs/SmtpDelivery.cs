using System.Runtime.CompilerServices;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server.Body;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>One message from its first octet to its answer. DATA and BDAT share this code, on SMTP and on LMTP listeners.</summary>
internal static class SmtpDelivery
{
    /// <summary>
    /// Hands the body to the receiver, takes the rest of it off the wire, ends the transaction and returns the answer. A fault of the
    /// receiver becomes a temporary refusal.
    /// </summary>
    // Each wait for octets suspends one more state machine per layer, so this method is
    // the only one between the command loop and the receiver.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<SmtpAnswer> ReceiveAsync(SmtpSessionContext context, SmtpVerb verb, WireBody body)
    {
        var began = context.Server.Time.GetTimestamp();
        IReadOnlyList<SmtpReply> replies;
        try
        {
            replies = await context.Receiver.DataAsync(body, context.Abort);
        }
        catch (SmtpConnectionLostException)
        {
            replies = [];
        }
        catch (Exception error) when (context.IsFault(error))
        {
            replies = Repeat(context.Fault(verb, error), context);
        }
        if (!body.Ended && !body.IsLost)
        {
            body.RefuseEarly(replies);
            await DrainAsync(body, context.Abort);
        }
        var answer = body.Ended ? Settle(context, verb, body, replies) : Broken(body);
        if (!body.IsGivenUp)
            context.Metrics.DataEnded(context.Server.Time.GetElapsedTime(began));
        context.EndTransaction();
        return answer;
    }

    /// <summary>The answer when the connection broke inside a message, or the message came too slowly.</summary>
    public static SmtpAnswer Broken(WireBody body) => body.IsTooSlow ? SmtpReplies.TooSlow : SmtpAnswer.Leave(SmtpConnectionOutcome.Lost);

    /// <summary>Takes the rest of the message off the wire, so that the next command can be read.</summary>
    public static async ValueTask DrainAsync(WireBody body, CancellationToken abort)
    {
        try
        {
            await body.DrainAsync(abort);
        }
        catch (SmtpConnectionLostException)
        {
            // The body knows that it did not come to its end, and the caller asks it.
        }
    }

    /// <summary>The answer to a body that came to its end. A refusal by the wire wins over the receiver's replies.</summary>
    private static SmtpAnswer Settle(SmtpSessionContext context, SmtpVerb verb, WireBody body, IReadOnlyList<SmtpReply> replies)
    {
        var expected = Expected(context);
        if (body.Refusal is { } refusal)
        {
            replies = Repeat(refusal, context);
        }
        else if (replies.Count != expected)
        {
            var fault = new InvalidOperationException($"the receiver gave {replies.Count} replies, expected {expected}");
            replies = Repeat(context.Fault(verb, fault), context);
        }
        if (replies is [{ IsPositive: true }] || replies.Any(reply => reply.IsPositive))
            context.Accepted++;
        return replies.Count == 1 ? replies[0] : SmtpAnswer.From(replies);
    }

    /// <summary>RFC 2033 §4.2: LMTP answers for each recipient.</summary>
    private static int Expected(SmtpSessionContext context) => context.Mode == SmtpListenerMode.Lmtp ? context.Recipients.Count : 1;

    private static SmtpReply[] Repeat(SmtpReply reply, SmtpSessionContext context)
    {
        var replies = new SmtpReply[Expected(context)];
        Array.Fill(replies, reply);
        return replies;
    }
}
