using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Body;

/// <summary>A message that comes in chunks: its body, and the receiver that reads it while the session goes on taking BDAT commands.</summary>
internal sealed class SmtpChunkedDelivery : IDisposable
{
    /// <summary>Octets below which a chunk carries next to nothing. One with LAST ends the message, and may be empty (RFC 3030 §2).</summary>
    private const int SmallChunk = 16;

    /// <summary>Such chunks in one message: enough for whoever sends a short mail in pieces.</summary>
    private const int MostSmallChunks = 1000;

    private readonly SmtpBodySource _source;
    private readonly BdatBody _body;
    private readonly Task<IReadOnlyList<SmtpReply>> _delivery;
    private readonly CancellationToken _abort;
    private readonly TimeProvider _time;
    private int _smallChunks;

    /// <param name="receive">Begins at once, and reads the body while the session goes on taking chunks.</param>
    public SmtpChunkedDelivery(
        SmtpBodySource source, SmtpLimits limits, TimeProvider time, Func<SmtpBody, ValueTask<IReadOnlyList<SmtpReply>>> receive, CancellationToken abort)
    {
        _time = time;
        Began = time.GetTimestamp();
        _abort = abort;
        _source = source;
        _body = new BdatBody(source, limits);
        _delivery = receive(_body).AsTask();
    }

    public long Began { get; }

    /// <summary>
    /// Why the next chunk is not taken; null when it is. A chunk of one octet every few minutes would hold a message open for days, and chunks that carry next to
    /// nothing, one after the other, cost us more than their sender.
    /// </summary>
    public SmtpReply? Limit(long size, bool last, SmtpLimits limits)
    {
        if (_time.GetElapsedTime(Began) > limits.DataTimeout)
            return SmtpReplies.TooSlow;
        if (!last && size < SmallChunk)
            _smallChunks++;
        return _smallChunks > MostSmallChunks ? SmtpReplies.TooManyCommands : null;
    }

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
