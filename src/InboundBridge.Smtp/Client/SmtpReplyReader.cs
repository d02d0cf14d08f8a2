using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Client;

/// <summary>Reads replies from a stream. One read may bring several replies. The buffer never exceeds the limit of one line.</summary>
internal sealed class SmtpReplyReader(SmtpReplyLimits limits)
{
    private const int FirstSize = 1024;

    private byte[] _buffer = new byte[Math.Min(FirstSize, limits.Line)];
    private int _start;
    private int _end;

    /// <summary>The server has sent more than the replies that were read.</summary>
    public bool HasMore => _end > _start;

    /// <summary>Discards buffered octets before a TLS handshake, because an attacker may have sent them (RFC 3207 §6).</summary>
    public void Discard() => _start = _end = 0;

    /// <exception cref="SmtpClientException">The server closed the connection, or sent something that is not a reply.</exception>
    public async ValueTask<SmtpReply> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var reply = new SmtpReplyAssembly(limits);
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length < 0)
            {
                await FillAsync(stream, cancellationToken);
                continue;
            }
            var done = reply.Add(_buffer.AsSpan(_start, length).TrimEnd((byte)'\r'));
            _start += length + 1;
            if (reply.Violation is { } violation)
                throw SmtpClientException.Violation(violation);
            if (done)
                return reply.ToReply();
        }
    }

    private async ValueTask FillAsync(Stream stream, CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length)
        {
            if (_end >= limits.Line)
                throw SmtpClientException.Violation($"a line of more than {limits.Line} octets");
            Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, limits.Line));
        }
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        if (read == 0)
            throw SmtpClientException.Lost();
        _end += read;
    }
}
