using System.Buffers;
using System.Buffers.Text;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Tags;

/// <summary>Folding white space (RFC 6376 §2.8) in the values of tags.</summary>
internal static class FoldingSpace
{
    private static readonly SearchValues<byte> Blanks = SearchValues.Create(" \t\r\n"u8);

    private static readonly SearchValues<byte> Control =
        SearchValues.Create([.. Enumerable.Range(0, 32).Except([9, 10, 13]).Append(127).Select(octet => (byte)octet)]);

    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t\r\n"u8);

    public static ReadOnlySpan<byte> TrimStart(ReadOnlySpan<byte> text) => text.TrimStart(" \t\r\n"u8);

    public static bool HasBlank(ReadOnlySpan<byte> text) => text.ContainsAny(Blanks);

    /// <summary>An octet that no tag may hold. CR and LF count where they are no folding.</summary>
    public static bool HasControl(ReadOnlySpan<byte> text)
    {
        if (text.ContainsAny(Control))
            return true;
        for (var at = 0; text[at..].IndexOf((byte)'\r') is >= 0 and var cr; at += cr + 1)
        {
            if (text[(at + cr + 1)..] is not [(byte)'\n', ..])
                return true;
        }
        return false;
    }

    /// <summary>
    /// Base64 with white space anywhere and with or without its padding (RFC 6376 §2.10); null when malformed.
    /// </summary>
    public static byte[]? DecodeBase64(ReadOnlySpan<byte> text)
    {
        var rented = ArrayPool<byte>.Shared.Rent(text.Length + 3);
        try
        {
            var length = 0;
            foreach (var octet in text)
            {
                if (!Blanks.Contains(octet))
                    rented[length++] = octet;
            }
            if (length % 4 == 1)
                return null;
            while (length % 4 != 0)
                rented[length++] = (byte)'=';
            var status = Base64.DecodeFromUtf8InPlace(rented.AsSpan(0, length), out var written);
            return status == OperationStatus.Done && written > 0 ? rented[..written] : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
