using System.Buffers;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Body;

/// <summary>
/// What DATA and BDAT bodies share: limits on message and header, counted from the octets that
/// really come, and the drain after a reader that stops early.
/// </summary>
internal abstract class WireBody(SmtpBodySource source, SmtpLimits limits) : SmtpBody
{
    private const int DrainBuffer = 16 * 1024;

    private SmtpReply? _refusal;
    private SmtpReply? _receiverRefusal;
    private long _size;
    private long _headerLine;
    private bool _inHeader = true;

    public override SmtpReply? Refusal => _refusal;

    /// <summary>The end of the message has been read; further octets on the wire belong to the next command.</summary>
    public abstract bool Ended { get; }

    /// <summary>The client gave the message up before its end; the connection is still good.</summary>
    public virtual bool IsGivenUp => false;

    /// <summary>The connection broke inside the message, or the message came too slowly.</summary>
    public bool IsLost => source.Lost;

    public bool IsTooSlow => source.TooSlow;

    /// <summary>The reply to a message that is refused before its end; null while it may still succeed.</summary>
    public SmtpReply? EarlyRefusal => _refusal ?? _receiverRefusal;

    protected SmtpBodySource Source => source;

    /// <summary>Notes the replies of a receiver that did not read to the end.</summary>
    public void RefuseEarly(IReadOnlyList<SmtpReply> replies) => _receiverRefusal = replies is [{ IsPositive: false } reply] ? reply : null;

    /// <summary>Reads to the end of the message and discards the octets.</summary>
    /// <exception cref="SmtpConnectionLostException">The end did not come.</exception>
    public async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(DrainBuffer);
        try
        {
            while (await ReadAsync(buffer, cancellationToken) > 0)
            {
                // Discarded.
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A read into an empty buffer returns 0, which means the end of the message.</summary>
    protected static void ThrowIfEmpty(Memory<byte> destination)
    {
        if (destination.IsEmpty)
            throw new ArgumentException("The buffer must have room for at least one octet.", nameof(destination));
    }

    /// <summary>Keeps the first refusal.</summary>
    protected void Refuse(SmtpReply reply) => _refusal ??= reply;

    protected void Count(ReadOnlySpan<byte> octets)
    {
        var before = _size;
        _size += octets.Length;
        if (_size > limits.MessageSize && _refusal is null)
            Refuse(SmtpReplies.TooBig(limits.MessageSize));
        if (_inHeader)
            CountHeader(octets, before);
    }

    private void CountHeader(ReadOnlySpan<byte> octets, long before)
    {
        var position = 0;
        while (octets[position..].IndexOf((byte)'\n') is >= 0 and var length)
        {
            // A line with nothing, or only CR, before its LF is the empty line that ends the header.
            if (_headerLine + length <= 1)
            {
                _inHeader = false;
                break;
            }
            _headerLine = 0;
            position += length + 1;
        }
        if (_inHeader)
            _headerLine += octets.Length - position;
        if (before + (_inHeader ? octets.Length : position) > limits.HeaderSize && _refusal is null)
            Refuse(SmtpReplies.HeaderTooBig(limits.HeaderSize));
    }
}
