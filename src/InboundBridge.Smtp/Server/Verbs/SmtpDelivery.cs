using System.Runtime.CompilerServices;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server.Body;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>From the receiver's replies to the peer's: the wire's refusal wins, counts are right, and nothing positive comes out of a fault.</summary>
internal static class SmtpDelivery
{
    /// <summary>Runs the receiver; a fault of it becomes a temporary refusal, a lost connection stays a lost connection.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<IReadOnlyList<SmtpReply>> ReceiveAsync(SmtpSessionContext context, SmtpVerb verb, SmtpBody body)
    {
        try
        {
            return await context.Receiver.DataAsync(body, context.Abort);
        }
        catch (SmtpConnectionLostException)
        {
            return [];
        }
        catch (Exception error) when (context.IsFault(error))
        {
            return Faulted(context, verb, error);
        }
    }

    /// <summary>What is said of a message that the receiver failed on.</summary>
    public static IReadOnlyList<SmtpReply> Faulted(SmtpSessionContext context, SmtpVerb verb, Exception error) => Repeat(context.Fault(verb, error), context);

    /// <summary>The replies for a body that was read to its end.</summary>
    public static SmtpAnswer Settle(SmtpSessionContext context, SmtpVerb verb, SmtpBody body, IReadOnlyList<SmtpReply> replies)
    {
        var expected = Expected(context);
        if (body.Refusal is { } refusal)
            replies = Repeat(refusal, context);
        else if (replies.Count != expected)
            replies = Repeat(context.Fault(verb, new InvalidOperationException($"the receiver gave {replies.Count} replies, expected {expected}")), context);
        if (replies is [{ IsPositive: true }] || replies.Any(reply => reply.IsPositive))
            context.Accepted++;
        return replies.Count == 1 ? replies[0] : SmtpAnswer.From(replies);
    }

    /// <summary>What is left when the connection gave out inside the message.</summary>
    public static SmtpAnswer Broken(SmtpBodySource source) =>
        source.TooSlow ? SmtpReplies.TooSlow : SmtpAnswer.Leave(SmtpConnectionOutcome.Lost);

    private static int Expected(SmtpSessionContext context) => context.Mode == SmtpListenerMode.Lmtp ? context.Recipients : 1;

    private static SmtpReply[] Repeat(SmtpReply reply, SmtpSessionContext context)
    {
        var replies = new SmtpReply[Expected(context)];
        Array.Fill(replies, reply);
        return replies;
    }
}
