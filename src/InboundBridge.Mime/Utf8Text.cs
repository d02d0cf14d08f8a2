using System.Buffers;
using System.Text;
using System.Text.Unicode;
using InboundBridge.Mime.Bodies;
using InboundBridge.Mime.Replies;

namespace InboundBridge.Mime;

/// <summary>
/// The text of a mail as UTF-8, in the mail's own memory or in a pooled buffer. Don't use
/// its octets after disposing of it or of the mail's source.
/// </summary>
public sealed class Utf8Text : IDisposable
{
    private byte[]? _buffer;
    private byte[]? _lines;
    private int _linesEnd;
    private MimeMessage? _mail;

    internal Utf8Text(ReadOnlyMemory<byte> octets) => Memory = octets;

    /// <param name="buffer">A rented buffer; this instance owns it from now on.</param>
    internal Utf8Text(byte[] buffer, int start, int end)
    {
        _buffer = buffer;
        Memory = buffer.AsMemory(start..end);
    }

    /// <summary>The text with the line ends of the mail: CRLF, LF or CR.</summary>
    public ReadOnlySpan<byte> Octets => Memory.Span;

    private ReadOnlyMemory<byte> Memory { get; set; }

    /// <summary>
    /// The new part of a reply, without quotes and signature (<see cref="MimeMessage.ReplyText"/>), but with the line ends of the mail;
    /// usually a slice of <see cref="Octets"/>.
    /// </summary>
    public ReadOnlySpan<byte> ReadReply() => UnquotedText.TryRead(Octets, out var reply) ? reply : ReadNewText();

    public void Dispose()
    {
        Return(ref _buffer);
        Return(ref _lines);
        Memory = default;
    }

    /// <param name="mail">The mail of this text; reading the reply depends on whether it answers another mail.</param>
    internal Utf8Text Of(MimeMessage mail)
    {
        _mail = mail;
        return this;
    }

    private ReadOnlySpan<byte> ReadNewText()
    {
        var lines = Lines();
        var most = Math.Min(lines.Length, NewText.LongestReply);
        var characters = ArrayPool<char>.Shared.Rent(most);
        try
        {
            Utf8.ToUtf16(lines, characters.AsSpan(0, most), out var read, out var count);
            var text = characters.AsMemory(0, count);
            var reply = NewText.Of(text, _mail?.IsAnswer ?? false);
            // In ASCII text each character is one octet, so offsets in the string are offsets in the octets.
            return read == count && text.Span.Overlaps(reply.Span, out var offset)
                ? lines.Slice(offset, reply.Length) : Encoding.UTF8.GetBytes(reply.ToString());
        }
        finally
        {
            ArrayPool<char>.Shared.Return(characters);
        }
    }

    /// <summary>The octets with LF line ends.</summary>
    private ReadOnlySpan<byte> Lines()
    {
        if (!Octets.Contains((byte)'\r'))
            return Octets;
        if (_lines is null)
        {
            _lines = ArrayPool<byte>.Shared.Rent(Octets.Length);
            Octets.CopyTo(_lines);
            _linesEnd = LineEnds.Normalize(_lines.AsSpan(0, Octets.Length));
        }
        return _lines.AsSpan(0, _linesEnd);
    }

    private static void Return(ref byte[]? rented)
    {
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        rented = null;
    }
}
