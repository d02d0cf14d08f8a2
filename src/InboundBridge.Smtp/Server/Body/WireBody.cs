using System.Buffers;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Body;

/// <summary>What DATA and BDAT bodies have in common: size and header limits, counted and never believed, and the drain behind a reader that stopped early.</summary>
internal abstract class WireBody(SmtpLimits limits) : SmtpBody
{
    private const int DrainBuffer = 16 * 1024;

    private SmtpReply? _refusal;
    private long _size;
    private long _headerLine;
    private bool _inHeader = true;

    public override SmtpReply? Refusal => _refusal;

    /// <summary>Octets of the message so far, as the receiver sees them.</summary>
    public long Size => _size;

    /// <summary>Reads to the end and throws it away.</summary>
    /// <exception cref="SmtpConnectionLostException">The end did not come.</exception>
    public async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(DrainBuffer);
        try
        {
            while (await ReadAsync(buffer, cancellationToken) > 0)
            {
                // Nobody wants it.
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>An empty buffer would read as the end of the message.</summary>
    protected static void ThrowIfEmpty(Memory<byte> destination)
    {
        if (destination.IsEmpty)
            throw new ArgumentException("room for at least one octet is needed", nameof(destination));
    }

    /// <summary>The first cause stays.</summary>
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
            // Nothing, or CR alone, in front of the LF: the empty line behind the header.
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
