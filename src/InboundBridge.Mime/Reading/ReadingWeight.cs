namespace InboundBridge.Mime.Reading;

/// <summary>Estimates how much memory reading a whole mail may take, where that is enough to wait for.</summary>
public static class ReadingWeight
{
    /// <summary>Octets of a mail that any worker may read at any time: the number of workers bounds the sum.</summary>
    private const long Ordinary = 512 * 1024;

    /// <summary>Octets beyond which a mail costs no more, because its texts are cut and its files are streamed.</summary>
    private const long Heaviest = 32L * 1024 * 1024;

    /// <summary>Octets of a parsed report and of parsing it.</summary>
    private const long Unpacked = 16L * 1024 * 1024;

    /// <summary>
    /// Octets of memory for each octet of a text while it is made: decoded, as UTF-16, laid out from HTML, without its quotes.
    /// </summary>
    private const int CopiesOfText = 8;

    /// <summary>Octets; 0 for ordinary mail.</summary>
    /// <param name="size">Octets of the whole mail.</param>
    /// <exception cref="IOException">The mail can't be read.</exception>
    public static long Of(MimeMessage mail, long size)
    {
        var weight = size > Ordinary ? Math.Min(size, Heaviest) + TextWeight(mail) : 0;
        return mail.GrowsWhenRead ? weight + Unpacked : weight;
    }

    /// <summary>The garbage that remains after reading: texts and unpacked reports; files are streamed.</summary>
    public static long LeftBehind(MimeMessage mail) => TextWeight(mail) + (mail.GrowsWhenRead ? Unpacked : 0);

    private static long TextWeight(MimeMessage mail) => Math.Min(mail.TextOctets * CopiesOfText, Heaviest);
}
