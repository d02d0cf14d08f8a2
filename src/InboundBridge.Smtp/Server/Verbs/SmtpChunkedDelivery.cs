using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server.Body;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>A message that comes in chunks (BDAT): the receiver reads its body while the session goes on taking commands.</summary>
/// <param name="body">Disposed when the message ends or is given up.</param>
/// <param name="receiving">The delivery of <paramref name="body"/>, already under way.</param>
internal sealed class SmtpChunkedDelivery(BdatBody body, Task<SmtpAnswer> receiving, SmtpLimits limits, TimeProvider time)
{
    /// <summary>A chunk with fewer octets carries almost nothing. The last chunk may be empty (RFC 3030 §2).</summary>
    private const int SmallChunk = 16;

    /// <summary>Small chunks in one message; enough for a client that sends a short message in pieces.</summary>
    private const int MostSmallChunks = 1000;

    private readonly long _began = time.GetTimestamp();
    private int _smallChunks;

    public WireBody Body => body;

    /// <summary>
    /// Refuses the next chunk when the message has taken too long (one octet every few minutes would keep it open for days) or has had too
    /// many small chunks (each costs us more than it costs its sender). Null when the chunk may come.
    /// </summary>
    public SmtpReply? Limit(long size, bool last)
    {
        if (time.GetElapsedTime(_began) > limits.DataTimeout)
            return SmtpReplies.TooSlow;
        if (!last && size < SmallChunk)
            _smallChunks++;
        return _smallChunks > MostSmallChunks ? SmtpReplies.TooManyCommands : null;
    }

    /// <summary>Returns when the chunk has come off the wire. False when the connection broke or the chunk came too slowly.</summary>
    public async ValueTask<bool> TakeChunkAsync(long size, bool last)
    {
        body.OpenChunk(size, last);
        var first = await Task.WhenAny(body.ChunkUsed, receiving);
        // Throws only when the session is aborted: every other fault is an answer.
        await first;
        return !body.IsLost;
    }

    /// <summary>Waits for the answer after the last chunk.</summary>
    public async ValueTask<SmtpAnswer> FinishAsync()
    {
        var answer = await receiving;
        body.Dispose();
        return answer;
    }

    /// <summary>No more chunks will come: ends the receiver's wait for the next one.</summary>
    public async ValueTask GiveUpAsync()
    {
        body.GiveUp();
        await receiving;
        body.Dispose();
    }
}
