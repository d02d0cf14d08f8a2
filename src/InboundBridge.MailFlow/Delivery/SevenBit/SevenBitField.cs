using System.Buffers;
using System.Text;
using System.Text.Unicode;
using MimeKit;

namespace InboundBridge.MailFlow.Delivery.SevenBit;

/// <summary>
/// Encodes header fields that have octets above 127 (RFC 6532, or no standard at all): text and names as encoded words (RFC 2047),
/// parameters by RFC 2231, domains as A-labels. Fields in which no encoded word may stand (RFC 2047 §5) get the form that delivery reports
/// have for addresses, <c>\x{FC}</c> (RFC 6533 §3).
/// </summary>
internal static class SevenBitField
{
    /// <summary>Fields for programs. Their words are not shown, and an encoded word would be read as it stands.</summary>
    private static readonly HashSet<string> ForPrograms = new(StringComparer.OrdinalIgnoreCase)
    {
        "Received", "Received-SPF", "Return-Path", "Delivered-To", "X-Original-To", "Authentication-Results", "DKIM-Signature",
        "ARC-Authentication-Results", "ARC-Message-Signature", "ARC-Seal", "Message-ID", "Resent-Message-ID", "In-Reply-To", "References",
        "Content-ID", "Content-Transfer-Encoding", "MIME-Version", "Date", "Resent-Date", "List-Unsubscribe", "List-Subscribe", "List-Post",
        "List-Help", "List-Owner", "List-Archive", "Auto-Submitted", "Autocrypt",
    };

    private static readonly HashSet<string> OfAddresses = new(StringComparer.OrdinalIgnoreCase)
    {
        "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Resent-From", "Resent-Sender", "Resent-Reply-To", "Resent-To", "Resent-Cc",
        "Resent-Bcc", "Disposition-Notification-To", "Mail-Followup-To", "Mail-Reply-To", "Return-Receipt-To", "Errors-To", "Apparently-To",
    };

    private static readonly FormatOptions Format = NewFormat();

    /// <param name="field">The whole field with its line end; every other line end is followed by white space.</param>
    /// <exception cref="SevenBitException">The field can't be written in ASCII.</exception>
    public static void Write(byte[] field, IBufferWriter<byte> output)
    {
        var colon = field.AsSpan().IndexOf((byte)':');
        var name = field.AsSpan(0, colon).TrimEnd(" \t"u8);
        if (!Ascii.IsValid(name))
            throw new SevenBitException("the name of a header field is not ASCII");
        var text = Encoding.ASCII.GetString(name);
        var written = ForPrograms.Contains(text) ? Escaped(field) : Encoded(text, field, field.AsSpan(colon + 1).ToArray());
        var traits = OctetTraits.Of(written);
        if (!traits.IsPlain || traits.HasLongLine || !IsOneField(written))
            throw new SevenBitException($"the field {text} can't be written in ASCII");
        output.Write(written);
    }

    /// <summary>Nothing that was hidden in a word begins a line of its own.</summary>
    private static bool IsOneField(ReadOnlySpan<byte> written)
    {
        while (written.IndexOf((byte)'\n') is >= 0 and var end)
        {
            written = written[(end + 1)..];
            if (written.IsEmpty)
                return true;
            if (written[0] is not ((byte)' ' or (byte)'\t'))
                return false;
        }
        return true;
    }

    private static byte[] Encoded(string name, byte[] field, byte[] value)
    {
        try
        {
            return [.. Encoding.ASCII.GetBytes(name), (byte)':', .. Value(name, field, value)];
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException)
        {
            // MimeKit reads more than it writes.
            throw new SevenBitException($"the field {name} can't be read");
        }
    }

    private static byte[] Value(string name, byte[] field, byte[] value)
    {
        if (OfAddresses.Contains(name))
            return SevenBitAddresses.Encode(name, value);
        if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            return SevenBitParameters.EncodeType(value, Format);
        if (name.Equals("Content-Disposition", StringComparison.OrdinalIgnoreCase))
            return SevenBitParameters.EncodeDisposition(value, Format);
        var isUtf8 = Utf8.IsValid(value);
        var text = isUtf8 ? Encoding.UTF8.GetString(value) : Encoding.Latin1.GetString(value);
        var written = SevenBitText.Encode(text, name.Length + 1);
        // Octets that are not UTF-8 are read in a charset that each reader guesses; the converted text names its charset.
        return Seen(field) == Seen([.. Encoding.ASCII.GetBytes(name), (byte)':', .. written])
            && (!isUtf8 || FieldReading.Text(value) == FieldReading.Text(written))
            ? written
            : throw new SevenBitException($"the text of the field {name} can't be written in ASCII");
    }

    /// <summary>What MimeKit shows of a text.</summary>
    private static string Seen(byte[] field) => Header.TryParse(field, out var header)
        ? FieldReading.Compact(header.Value)
        : throw new SevenBitException("a header field can't be read");

    private static byte[] Escaped(ReadOnlySpan<byte> field)
    {
        var escaped = new StringBuilder(field.Length + 64);
        while (!field.IsEmpty)
        {
            // What is no UTF-8 becomes U+FFFD.
            Rune.DecodeFromUtf8(field, out var rune, out var count);
            if (rune.IsAscii)
                escaped.Append((char)rune.Value);
            else
                escaped.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\x{{{rune.Value:X}}}");
            field = field[count..];
        }
        return Encoding.ASCII.GetBytes(escaped.ToString());
    }

    private static FormatOptions NewFormat()
    {
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        format.International = false;
        return format;
    }
}
