using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server;

/// <summary>A message that comes in chunks: its body, and the receiver that reads it while the session goes on taking BDAT commands.</summary>
internal sealed class SmtpChunkedDelivery : IDisposable
{
    private readonly SmtpBodySource _source;
    private readonly BdatBody _body;
    private readonly Task<IReadOnlyList<SmtpReply>> _delivery;
    private readonly CancellationToken _abort;

    public SmtpChunkedDelivery(SmtpSessionContext context)
    {
        Began = context.Server.Time.GetTimestamp();
        _abort = context.Abort;
        _source = new SmtpBodySource(context.Conversation, context.Options.Limits);
        _body = new BdatBody(_source, context.Options.Limits);
        _delivery = SmtpDelivery.ReceiveAsync(context, SmtpVerb.Bdat, _body).AsTask();
    }

    public long Began { get; }

    public SmtpBody Body => _body;

    public SmtpBodySource Source => _source;

    /// <summary>Takes one chunk off the wire, through the receiver as long as it reads. False when the connection gave out.</summary>
    public async ValueTask<bool> TakeChunkAsync(long size, bool last)
    {
        _body.OpenChunk(size, last);
        await Task.WhenAny(_body.ChunkUsed, _delivery);
        if (_source.Lost)
            return false;
        if (_delivery.IsCompleted)
        {
            try
            {
                await _body.DrainChunkAsync(_abort);
            }
            catch (SmtpConnectionLostException)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Why this message can't succeed any more; null while it can.</summary>
    public SmtpReply? EarlyRefusal()
    {
        if (_body.Refusal is { } refusal)
            return refusal;
        return _delivery.IsCompletedSuccessfully && _delivery.Result is [{ IsPositive: false } reply] ? reply : null;
    }

    /// <summary>The receiver's replies, once the last chunk was taken.</summary>
    public async ValueTask<IReadOnlyList<SmtpReply>> FinishAsync()
    {
        var replies = await _delivery;
        Dispose();
        return replies;
    }

    /// <summary>Ends the receiver's wait for a chunk that will not come.</summary>
    public async ValueTask GiveUpAsync()
    {
        _body.Abort();
        await _delivery;
        Dispose();
    }

    public void Dispose() => _body.Dispose();
}
