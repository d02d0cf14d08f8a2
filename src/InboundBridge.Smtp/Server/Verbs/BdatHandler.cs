using System.Globalization;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server.Body;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>BDAT (RFC 3030). Whatever the answer, the chunk's octets are taken off the wire first: they follow the command in any case.</summary>
internal static class BdatHandler
{
    public static async ValueTask<SmtpAnswer> HandleAsync(SmtpSessionContext context, SmtpCommand.Bdat chunk)
    {
        var delivery = context.Chunks ??= Begin(context);
        context.State = SmtpState.Chunks;
        if (delivery.Limit(chunk.Size, chunk.Last, context.Options.Limits) is { } limit)
            return limit;
        if (!await delivery.TakeChunkAsync(chunk.Size, chunk.Last))
            return SmtpDelivery.Broken(delivery.Source);
        if (chunk.Last)
            return await FinishAsync(context, delivery);
        if (delivery.EarlyRefusal() is { } refusal)
        {
            context.State = SmtpState.ChunksFailed;
            return refusal;
        }
        return SmtpReply.Create(250, 0, 0, string.Create(CultureInfo.InvariantCulture, $"{chunk.Size} octets received"));
    }

    /// <summary>A chunk at the wrong moment: its octets go, the reply is the state table's.</summary>
    public static async ValueTask<SmtpAnswer> DiscardAsync(SmtpSessionContext context, SmtpCommand.Bdat chunk, SmtpReply reply)
    {
        var source = new SmtpBodySource(context.Conversation, context.Options.Limits);
        using var body = new BdatBody(source, context.Options.Limits);
        body.OpenChunk(chunk.Size, last: true);
        try
        {
            await body.DrainChunkAsync(context.Abort);
        }
        catch (SmtpConnectionLostException)
        {
            return SmtpDelivery.Broken(source);
        }
        return reply;
    }

    private static SmtpChunkedDelivery Begin(SmtpSessionContext context) => new(
        new SmtpBodySource(context.Conversation, context.Options.Limits), context.Options.Limits, context.Server.Time,
        body => SmtpDelivery.ReceiveAsync(context, SmtpVerb.Bdat, body), context.Abort);

    private static async ValueTask<SmtpAnswer> FinishAsync(SmtpSessionContext context, SmtpChunkedDelivery delivery)
    {
        var replies = await delivery.FinishAsync();
        context.Chunks = null;
        var answer = SmtpDelivery.Settle(context, SmtpVerb.Bdat, delivery.Body, replies);
        context.Server.Metrics.Data(context.Server.Time.GetElapsedTime(delivery.Began));
        await context.ResetTransactionAsync();
        return answer;
    }
}
