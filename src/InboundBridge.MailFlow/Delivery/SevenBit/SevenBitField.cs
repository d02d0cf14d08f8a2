using System.Buffers;
using System.Text;
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
        "Resent-Bcc", "Disposition-Notification-To",
    };

    private static readonly FormatOptions Format = NewFormat();

    /// <param name="field">The whole field with its line end.</param>
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
        if (!traits.IsPlain || traits.HasLongLine)
            throw new SevenBitException($"the field {text} can't be written in ASCII");
        output.Write(written);
    }

    private static byte[] Encoded(string name, byte[] field, byte[] value)
    {
        if (!Header.TryParse(field, out var header))
            throw new SevenBitException($"the field {name} can't be read");
        var isOfType = name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase);
        if (OfAddresses.Contains(name))
            CheckAddresses(name, value);
        else if (isOfType && !ContentType.TryParse(value, out _))
            throw new SevenBitException("a Content-Type can't be read");
        SetValue(name, header);
        if (isOfType)
            CheckType(value, header.RawValue);
        return [.. Encoding.ASCII.GetBytes(name), (byte)':', .. header.RawValue];
    }

    private static void SetValue(string name, Header header)
    {
        try
        {
            header.SetValue(Format, Encoding.UTF8, header.Value);
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException)
        {
            // MimeKit reads more than it writes.
            throw new SevenBitException($"the field {name} can't be read");
        }
    }

    private static void CheckAddresses(string name, byte[] value)
    {
        if (!InternetAddressList.TryParse(value, out var addresses))
            throw new SevenBitException($"the addresses of the field {name} can't be read");
        foreach (var mailbox in addresses.Mailboxes)
        {
            if (!Ascii.IsValid(mailbox.LocalPart))
                throw new SevenBitException($"the field {name} has an address that needs SMTPUTF8");
        }
    }

    /// <summary>How the body is read must not change.</summary>
    private static void CheckType(byte[] before, byte[] after)
    {
        if (!ContentType.TryParse(before, out var old) || !ContentType.TryParse(after, out var changed) || old.MimeType != changed.MimeType
            || old.Boundary != changed.Boundary || old.Charset != changed.Charset)
            throw new SevenBitException("a Content-Type can't be written in ASCII");
    }

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
