using System.Buffers;
using System.Text;
using System.Text.Unicode;
using InboundBridge.Mime.Replies;

namespace InboundBridge.Mime;

/// <summary>The text of a mail as UTF-8 with LF line ends, in a pooled buffer: nothing of it may be used after it was disposed of.</summary>
public sealed class Utf8Text : IDisposable
{
    private readonly int _start;
    private readonly int _length;
    private byte[] _buffer;

    /// <param name="buffer">Rented; belongs to this from now on.</param>
    internal Utf8Text(byte[] buffer, int start, int length)
    {
        _buffer = buffer;
        _start = start;
        _length = length;
    }

    public ReadOnlySpan<byte> Octets => _buffer.AsSpan(_start, _length);

    /// <summary>The new part of a reply, without quotes and signature (<see cref="MimeMessage.ReplyText"/>); mostly a stretch of <see cref="Octets"/>.</summary>
    public ReadOnlySpan<byte> ReadReply()
    {
        var most = Math.Min(_length, NewText.LongestReply);
        var characters = ArrayPool<char>.Shared.Rent(most);
        try
        {
            Utf8.ToUtf16(Octets, characters.AsSpan(0, most), out var read, out var count);
            var text = characters.AsMemory(0, count);
            var reply = NewText.Of(text);
            // Where each character is one octet a stretch of the one is a stretch of the other.
            return read == count && text.Span.Overlaps(reply.Span, out var offset) ? Octets.Slice(offset, reply.Length) : Encoding.UTF8.GetBytes(reply.ToString());
        }
        finally
        {
            ArrayPool<char>.Shared.Return(characters);
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }
}
