using System.Buffers;
using System.Globalization;
using System.Text;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Wire;

/// <summary>Writes replies as octets (RFC 5321 §4.2, RFC 2034 §4).</summary>
internal static class ReplyWriter
{
    /// <summary>RFC 5321 §4.5.3.1.5: 512 octets with code and CRLF; the enhanced code takes up to 12.</summary>
    private const int LongestText = 480;

    public static void Write(IBufferWriter<byte> output, SmtpReply reply)
    {
        Span<byte> prefix = stackalloc byte[20];
        var prefixLength = Prefix(reply, prefix);
        var rest = reply.Text.AsSpan();
        bool more;
        do
        {
            var line = NextLine(ref rest, out more);
            var span = output.GetSpan(prefixLength + line.Length + 2);
            prefix[..prefixLength].CopyTo(span);
            if (more)
                span[3] = (byte)'-';
            Text(line, span[prefixLength..]);
            var length = prefixLength + line.Length;
            span[length++] = (byte)'\r';
            span[length++] = (byte)'\n';
            output.Advance(length);
        }
        while (more);
    }

    private static int Prefix(SmtpReply reply, Span<byte> prefix)
    {
        prefix[0] = (byte)('0' + reply.Code / 100 % 10);
        prefix[1] = (byte)('0' + reply.Code / 10 % 10);
        prefix[2] = (byte)('0' + reply.Code % 10);
        prefix[3] = (byte)' ';
        if (reply.Enhanced is not { } enhanced)
            return 4;
        var length = 4 + Number(prefix[4..], enhanced.Class);
        prefix[length++] = (byte)'.';
        length += Number(prefix[length..], enhanced.Subject);
        prefix[length++] = (byte)'.';
        length += Number(prefix[length..], enhanced.Detail);
        prefix[length++] = (byte)' ';
        return length;
    }

    private static int Number(Span<byte> octets, int number)
    {
        if (number is >= 0 and <= 9)
        {
            octets[0] = (byte)('0' + number);
            return 1;
        }
        number.TryFormat(octets, out var written, default, CultureInfo.InvariantCulture);
        return written;
    }

    /// <summary>
    /// The text may come from a script or a webhook, so a CR or LF in it must not begin another reply. Replies are ASCII (RFC 5321 §4.2).
    /// </summary>
    private static void Text(ReadOnlySpan<char> line, Span<byte> octets)
    {
        if (!line.ContainsAnyExceptInRange(' ', '~'))
        {
            Encoding.ASCII.GetBytes(line, octets);
            return;
        }
        for (var i = 0; i < line.Length; i++)
            octets[i] = line[i] switch { < ' ' or '\u007f' => (byte)' ', > '~' => (byte)'?', var c => (byte)c };
    }

    /// <summary>The text up to the next line feed, or as much as fits one line, split at a space if there is one.</summary>
    private static ReadOnlySpan<char> NextLine(ref ReadOnlySpan<char> rest, out bool more)
    {
        var newline = rest.IndexOf('\n');
        var line = newline < 0 ? rest : rest[..newline];
        if (line.Length > LongestText)
        {
            var space = line[..LongestText].LastIndexOf(' ');
            line = line[..(space > 0 ? space + 1 : LongestText)];
            rest = rest[line.Length..];
            more = true;
            return line;
        }
        more = newline >= 0;
        rest = more ? rest[(newline + 1)..] : [];
        return line;
    }
}
