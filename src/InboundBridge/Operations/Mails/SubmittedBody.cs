using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.Operations.Mails;

/// <summary>
/// The octets of a submitted mail. Lines may end with CRLF, LF or CR: all become CRLF, as SMTP requires (RFC 5321 §2.3.8).
/// </summary>
internal sealed class SubmittedBody(Stream source, long limit) : SmtpBody
{
    private static readonly SmtpReply TooLarge = SmtpReply.Create(552, 3, 4, "Message too large", "message_size");

    private readonly byte[] _in = new byte[8192];

    /// <summary>Twice as large: a bare CR or LF becomes two octets.</summary>
    private readonly byte[] _out = new byte[2 * 8192];

    private int _from;
    private int _to;
    private byte _last;
    private long _count;
    private bool _isOver;
    private bool _normalized;

    public override SmtpReply? Refusal => _count > limit ? TooLarge : null;

    public override bool Normalized => _normalized;

    public override async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        while (_from == _to)
        {
            if (_isOver)
                return 0;
            Convert(_in.AsSpan(0, await source.ReadAsync(_in, cancellationToken)));
            // The limit applies to what really arrives, whatever Content-Length said.
            _count += _to;
            if (_count > limit)
            {
                _isOver = true;
                return 0;
            }
        }
        var count = Math.Min(destination.Length, _to - _from);
        _out.AsMemory(_from, count).CopyTo(destination);
        _from += count;
        return count;
    }

    private void Convert(ReadOnlySpan<byte> read)
    {
        _from = _to = 0;
        _isOver = read.IsEmpty;
        foreach (var octet in read)
        {
            if (_last == '\r' && octet != '\n')
                Add((byte)'\n', isNew: true);
            else if (_last != '\r' && octet == '\n')
                Add((byte)'\r', isNew: true);
            Add(octet);
        }
        if (_isOver && _last == '\r')
            Add((byte)'\n', isNew: true);
    }

    private void Add(byte octet, bool isNew = false)
    {
        _out[_to++] = _last = octet;
        _normalized |= isNew;
    }
}
