using System.Buffers;
using System.Text;
using System.Text.Unicode;
using InboundBridge.MailFlow.Delivery.SevenBit;
using MimeKit;

namespace InboundBridge.Fuzz.SevenBit;

/// <summary>
/// A header field with octets above 127, written for servers that take none: it stays one field of ASCII with lines that every server
/// takes, and its addresses and its text are read back equal. Or it is refused.
/// </summary>
internal sealed class FieldTarget : IFuzzTarget
{
    private const int LongestLine = 998;

    public string Name => "seven-bit/field";

    public IReadOnlyList<string> Words =>
    [
        "From: ", "To: ", "Subject: ", "X-Foo: ", "Content-Type: text/plain; ", "Content-Disposition: attachment; ", "Received: ",
        "ü", "日本語", "\u00a0", "\u2028", "＠", "，", "=?utf-8?q?", "=?utf-8?b?", "?=", "=?x-unknown?q?", "=?utf-16?b?", "=0D=0A",
        "=3Cevil=40x.org=3E=2C", "ZXZpbEB4Lm9yZywg", "=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=40x.org=3F=3D?=", "\r\n ", "\r\n\t",
        " \r\n \r\n ", "<al@customer.com>",
        "al@bücher.example", "\"", "\\\"", "(", ")", "<", ">", ",", ";", ":", "group: ", ";,", "@a,@b:", "[192.0.2.1]",
        "name*0*=utf-8''%FC", "name=\"ü\"", "charset=", "boundary=b", "filename*=utf-8''%0D%0A", "\xFF",
    ];

    public void Run(ReadOnlySpan<byte> input)
    {
        if (FieldIn(input) is not { } field)
            return;
        var output = new ArrayBufferWriter<byte>();
        try
        {
            SevenBitField.Write(field, output);
        }
        catch (SevenBitException)
        {
            return;
        }
        var written = output.WrittenSpan.ToArray();
        FuzzFailureException.Unless(Ascii.IsValid(written), "not ASCII");
        FuzzFailureException.Unless(IsField(written), "not one field");
        foreach (var line in Encoding.ASCII.GetString(written).Split("\r\n"))
        {
            FuzzFailureException.Unless(
                line.Length <= LongestLine && !line.AsSpan().ContainsAny("\r\n\0"), "a line that no server takes");
        }
        var colon = field.AsSpan().IndexOf((byte)':');
        FuzzFailureException.Unless(field.AsSpan(0, colon + 1).SequenceEqual(written.AsSpan(0, colon + 1)), "another field");
        var name = Encoding.ASCII.GetString(field.AsSpan(0, colon));
        if (name is "From" or "To")
            CheckAddresses(field.AsSpan(colon + 1), written.AsSpan(colon + 1));
        else if (name is "Subject" or "X-Foo")
            CheckText(field, written);
    }

    private static void CheckAddresses(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        FuzzFailureException.Unless(FieldReading.Addresses(before) == FieldReading.Addresses(after), "other addresses");
        FuzzFailureException.Unless(OfMimeKit(before) == OfMimeKit(after), "other addresses or names for MimeKit");
    }

    private static void CheckText(byte[] before, byte[] after)
    {
        FuzzFailureException.Unless(TextOf(before) == TextOf(after), "another text for MimeKit");
        var colon = before.AsSpan().IndexOf((byte)':');
        FuzzFailureException.Unless(
            !Utf8.IsValid(before) || FieldReading.Text(before.AsSpan(colon + 1)) == FieldReading.Text(after.AsSpan(colon + 1)),
            "another text");
    }

    private static string OfMimeKit(ReadOnlySpan<byte> value)
    {
        FuzzFailureException.Unless(InternetAddressList.TryParse(value.ToArray(), out var addresses), "no addresses");
        return string.Join(
            '\n',
            addresses!.Mailboxes.Select(mailbox => $"{FieldReading.Compact(mailbox.Name ?? "")} {mailbox.GetAddress(idnEncode: true)}"));
    }

    private static string TextOf(byte[] field)
    {
        FuzzFailureException.Unless(Header.TryParse(field, out var header), "no field");
        return FieldReading.Compact(header!.Value);
    }

    /// <summary>The input as a field, as the reader of mail finds it; null where it is none.</summary>
    private static byte[]? FieldIn(ReadOnlySpan<byte> input)
    {
        byte[] field = input.EndsWith("\r\n"u8) ? input.ToArray() : [.. input, .. "\r\n"u8];
        var colon = field.AsSpan().IndexOf((byte)':');
        return colon > 0 && !field.AsSpan(0, colon).ContainsAnyExceptInRange((byte)'!', (byte)'~') && IsField(field)
            && !OctetTraits.Of(field).IsBinary ? field : null;
    }

    private static bool IsField(ReadOnlySpan<byte> field)
    {
        if (!field.EndsWith("\r\n"u8))
            return false;
        while (field.IndexOf((byte)'\n') is >= 0 and var end)
        {
            field = field[(end + 1)..];
            if (!field.IsEmpty && field[0] is not ((byte)' ' or (byte)'\t'))
                return false;
        }
        return true;
    }
}
