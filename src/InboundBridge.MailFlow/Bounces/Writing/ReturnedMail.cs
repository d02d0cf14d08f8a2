using System.Text;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime.Structure;

namespace InboundBridge.MailFlow.Bounces.Writing;

/// <summary>What a bounce returns of the mail: all of it, or its header.</summary>
/// <param name="IsEightBit">It holds octets above 127.</param>
/// <param name="IsHeaderEightBit">Its header does.</param>
/// <param name="IsPlain">It can stand in a mail as it is: no NUL, no bare CR or LF, no line over 998 octets.</param>
internal sealed record ReturnedMail(byte[] Octets, bool IsWhole, bool IsEightBit, bool IsHeaderEightBit, bool IsPlain)
{
    /// <summary>RFC 5322 §2.1.1.</summary>
    private const int LongestLine = 998;

    /// <param name="content">Null: the octets are gone, and nothing is returned.</param>
    /// <param name="wantsWhole">False: the header is enough.</param>
    public static async ValueTask<ReturnedMail?> ReadAsync(
        MailContent? content, bool wantsWhole, BounceOptions options, CancellationToken cancellationToken)
    {
        if (content is null)
            return null;
        var mail = ParsedMail.Open(await content.ToLocalAsync(cancellationToken));
        if (wantsWhole && content.Length <= options.WholeMail
            && Of(await ReadAsync(content, (int)content.Length, cancellationToken), mail.BodyOffset, true) is { IsPlain: true } whole
            && (!whole.IsEightBit || CanBeEncoded(mail.Structure, whole.Octets)))
            return whole;
        var end = mail.BodyOffset;
        var header = await ReadAsync(content, (int)Math.Min(end, options.Header), cancellationToken);
        return Of(end > options.Header ? WholeFields(header) : WithoutEmptyLine(header), end, isWhole: false);
    }

    private static async ValueTask<byte[]> ReadAsync(MailContent content, int length, CancellationToken cancellationToken)
    {
        var octets = new byte[length];
        for (var read = 0; read < length;)
        {
            var count = await content.ReadAsync(read, octets.AsMemory(read), cancellationToken);
            if (count == 0)
                return octets[..read];
            read += count;
        }
        return octets;
    }

    private static ReturnedMail Of(byte[] octets, long bodyOffset, bool isWhole) => new(
        octets, isWhole, IsEightBit: !Ascii.IsValid(octets),
        IsHeaderEightBit: !Ascii.IsValid(octets.AsSpan(0, (int)Math.Min(bodyOffset, octets.Length))), CanStand(octets));

    private static bool CanStand(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            var end = octets.IndexOf("\r\n"u8);
            var line = end < 0 ? octets : octets[..end];
            if (line.Length > LongestLine || line.ContainsAny((byte)'\r', (byte)'\n', (byte)0))
                return false;
            octets = end < 0 ? [] : octets[(end + 2)..];
        }
        return true;
    }

    /// <summary>
    /// Whether a server that takes 7 bit only can get it too. A bounce that no server takes tells its sender nothing, so where that is not
    /// sure the header is returned: it may be encoded. A mail inside a mail counts as unsure.
    /// </summary>
    private static bool CanBeEncoded(MimePart part, byte[] octets)
    {
        var isIdentity = part.TransferEncoding is "7bit" or "8bit" or "binary";
        if (part.Parts.Count > 0 && isIdentity && !part.ContentType.Is("multipart", "signed"))
            return part.Parts.All(inner => CanBeEncoded(inner, octets));
        return Ascii.IsValid(octets.AsSpan((int)part.BodyOffset, (int)(part.BodyEnd - part.BodyOffset)))
            || (isIdentity && !part.IsMultipart && part.ContentType.Type != "message");
    }

    /// <summary>Up to the last field that is there in full.</summary>
    private static byte[] WholeFields(byte[] header)
    {
        for (var index = header.Length - 1; index > 0; index--)
        {
            if (header[index - 1] == '\n' && header[index] is not ((byte)' ' or (byte)'\t'))
                return header[..index];
        }
        return [];
    }

    private static byte[] WithoutEmptyLine(byte[] header) =>
        header.AsSpan().EndsWith("\r\n\r\n"u8) ? header[..^2] : header;
}
