using System.Runtime.CompilerServices;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server.Body;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>DATA.</summary>
internal static class DataHandler
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<SmtpAnswer> HandleAsync(SmtpSessionContext context)
    {
        // RFC 3030 §3: a binary body goes through BDAT only.
        if (context.Mail?.Body == SmtpBodyType.BinaryMime)
            return SmtpReplies.BinaryNeedsBdat;
        context.Conversation.Write(SmtpReplies.StartData);
        await context.Conversation.FlushAsync(context.Abort);
        var began = context.Server.Time.GetTimestamp();
        var source = new SmtpBodySource(context.Conversation, context.Options.Limits);
        var body = new DataBody(source, context.Options);
        IReadOnlyList<SmtpReply> replies;
        // As SmtpDelivery.ReceiveAsync does, without a state machine more for every wait of every mail.
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
            replies = SmtpDelivery.Faulted(context, SmtpVerb.Data, error);
        }
        if (!source.Lost && !body.Ended)
            await DrainAsync(body, context.Abort);
        var answer = source.Lost ? SmtpDelivery.Broken(source) : SmtpDelivery.Settle(context, SmtpVerb.Data, body, replies);
        context.Server.Metrics.Data(context.Server.Time.GetElapsedTime(began));
        await context.ResetTransactionAsync();
        return answer;
    }

    private static async ValueTask DrainAsync(DataBody body, CancellationToken abort)
    {
        try
        {
            await body.DrainAsync(abort);
        }
        catch (SmtpConnectionLostException)
        {
            // The source remembers; whoever asked for the rest has gone.
        }
    }
}
