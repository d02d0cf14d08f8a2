using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server.Body;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>DATA (RFC 5321 §4.1.1.4).</summary>
internal static class DataHandler
{
    public static ValueTask<SmtpAnswer> HandleAsync(SmtpSessionContext context)
    {
        // RFC 3030 §3: a binary body needs BDAT.
        if (context.Mail?.Body == SmtpBodyType.BinaryMime)
            return new ValueTask<SmtpAnswer>(SmtpReplies.BinaryNeedsBdat);
        context.Conversation.Write(SmtpReplies.StartData);
        var flush = context.Conversation.FlushAsync(context.Abort);
        return flush.IsCompletedSuccessfully ? ReceiveAsync(context) : FlushAndReceiveAsync(context, flush);
    }

    private static async ValueTask<SmtpAnswer> FlushAndReceiveAsync(SmtpSessionContext context, ValueTask flush)
    {
        await flush;
        return await ReceiveAsync(context);
    }

    private static ValueTask<SmtpAnswer> ReceiveAsync(SmtpSessionContext context)
    {
        var source = new SmtpBodySource(context.Conversation, context.Options.Limits);
        return SmtpDelivery.ReceiveAsync(context, SmtpVerb.Data, new DataBody(source, context.Options));
    }
}
