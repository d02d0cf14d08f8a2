using System.Globalization;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server.Body;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>BDAT (RFC 3030). A chunk's octets follow the command whatever we answer, so they come off the wire before the answer.</summary>
internal static class BdatHandler
{
    public static async ValueTask<SmtpAnswer> HandleAsync(SmtpSessionContext context, SmtpCommand.Bdat chunk)
    {
        var delivery = context.Chunks ?? Begin(context);
        if (delivery.Limit(chunk.Size, chunk.Last) is { } limit)
            return limit;
        if (!await delivery.TakeChunkAsync(chunk.Size, chunk.Last))
            return SmtpDelivery.Broken(delivery.Body);
        if (chunk.Last)
        {
            context.Chunks = null;
            return await delivery.FinishAsync();
        }
        if (delivery.Body.EarlyRefusal is { } refusal)
        {
            context.State = SmtpState.ChunksFailed;
            return refusal;
        }
        return SmtpReply.Create(250, 0, 0, string.Create(CultureInfo.InvariantCulture, $"{chunk.Size} octets received"));
    }

    /// <summary>Refuses a chunk that the state table or TLS does not allow, after taking its octets off the wire.</summary>
    public static async ValueTask<SmtpAnswer> DiscardAsync(SmtpSessionContext context, SmtpCommand.Bdat chunk, SmtpReply reply)
    {
        using var body = NewBody(context);
        body.OpenChunk(chunk.Size, last: true);
        await SmtpDelivery.DrainAsync(body, context.Abort);
        return body.Ended ? reply : SmtpDelivery.Broken(body);
    }

    /// <summary>
    /// Opens the message with its first chunk. The receiver starts now and reads while the session goes on taking BDAT commands.
    /// </summary>
    private static SmtpChunkedDelivery Begin(SmtpSessionContext context)
    {
        var body = NewBody(context);
        var receiving = SmtpDelivery.ReceiveAsync(context, SmtpVerb.Bdat, body).AsTask();
        context.State = SmtpState.Chunks;
        return context.Chunks = new SmtpChunkedDelivery(body, receiving, context.Options.Limits, context.Server.Time);
    }

    private static BdatBody NewBody(SmtpSessionContext context) =>
        new(new SmtpBodySource(context.Conversation, context.Options.Limits), context.Options.Limits);
}
