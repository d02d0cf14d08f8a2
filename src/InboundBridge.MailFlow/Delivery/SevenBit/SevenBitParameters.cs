using System.Text;
using System.Text.Unicode;
using MimeKit;

namespace InboundBridge.MailFlow.Delivery.SevenBit;

/// <summary>Writes Content-Type and Content-Disposition in ASCII, their parameters by RFC 2231.</summary>
internal static class SevenBitParameters
{
    /// <summary>How the body is read must not change.</summary>
    /// <param name="value">What follows the colon.</param>
    /// <exception cref="SevenBitException">The field can't be read, or would say something else afterwards.</exception>
    public static byte[] EncodeType(byte[] value, FormatOptions format)
    {
        if (!ContentType.TryParse(value, out var type))
            throw new SevenBitException("a Content-Type can't be read");
        var written = AfterColon(type.ToString(format, Encoding.UTF8, encode: true));
        return ContentType.TryParse(written, out var changed) && type.MimeType == changed.MimeType
            && AreSame(type.Parameters, changed.Parameters) && IsSame(value, written, FieldReading.Type)
            ? written
            : throw new SevenBitException("a Content-Type can't be written in ASCII");
    }

    /// <inheritdoc cref="EncodeType"/>
    public static byte[] EncodeDisposition(byte[] value, FormatOptions format)
    {
        if (!ContentDisposition.TryParse(value, out var disposition))
            throw new SevenBitException("the field Content-Disposition can't be read");
        var written = AfterColon(disposition.ToString(format, Encoding.UTF8, encode: true));
        return ContentDisposition.TryParse(written, out var changed) && disposition.Disposition == changed.Disposition
            && AreSame(disposition.Parameters, changed.Parameters) && IsSame(value, written, FieldReading.Disposition)
            ? written
            : throw new SevenBitException("a Content-Disposition can't be written in ASCII");
    }

    private static bool AreSame(ParameterList before, ParameterList after) =>
        before.Select(each => (each.Name, each.Value)).SequenceEqual(after.Select(each => (each.Name, each.Value)));

    /// <summary>Octets that are not UTF-8 are read in a charset that each reader guesses; the converted text names its charset.</summary>
    private static bool IsSame(byte[] before, byte[] after, Func<ReadOnlySpan<byte>, string> read) =>
        !Utf8.IsValid(before) || read(before) == read(after);

    private static byte[] AfterColon(string field) => Encoding.ASCII.GetBytes($"{field.AsSpan(field.IndexOf(':') + 1).TrimEnd()}\r\n");
}
