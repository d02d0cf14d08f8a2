using System.Text;

namespace InboundBridge.MailFlow.Scanning.Clamd;

/// <summary>
/// clamd's answer to INSTREAM: <c>stream: OK</c>, <c>stream: NAME FOUND</c> or <c>… ERROR</c>, with a NUL behind it. A mail is clean only
/// when exactly that was said.
/// </summary>
internal static class ClamdAnswer
{
    /// <summary>Octets; the longest names of viruses have about a hundred.</summary>
    private const int MostOctets = 1024;

    private const int LongestName = 128;

    private const string Prefix = "stream: ";

    private const string Found = " FOUND";

    /// <exception cref="ScannerUnavailableException">It ends before its NUL, or has none.</exception>
    public static async Task<string> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var octets = new byte[MostOctets];
        var length = 0;
        while (length < octets.Length)
        {
            var count = await stream.ReadAsync(octets.AsMemory(length), cancellationToken);
            if (count == 0)
                throw new ScannerUnavailableException(
                    length == 0 ? "clamd closed the connection without an answer" : "clamd's answer is cut");
            var end = octets.AsSpan(length, count).IndexOf((byte)0);
            if (end >= 0)
                return Encoding.Latin1.GetString(octets, 0, length + end);
            length += count;
        }
        throw new ScannerUnavailableException($"clamd's answer has more than {MostOctets} octets");
    }

    /// <exception cref="ScannerUnavailableException">It is an error, or it can't be understood.</exception>
    public static VirusVerdict Understand(string answer)
    {
        if (answer == Prefix + "OK")
            return VirusVerdict.Clean;
        if (answer.StartsWith(Prefix, StringComparison.Ordinal) && answer.EndsWith(Found, StringComparison.Ordinal)
            && answer.Length > Prefix.Length + Found.Length)
            return new VirusVerdict(ScannerText.Printable(answer.AsSpan(Prefix.Length..^Found.Length), LongestName));
        if (answer.Contains("size limit exceeded", StringComparison.Ordinal))
            throw new ScannerUnavailableException("the mail is larger than clamd's StreamMaxLength");
        throw new ScannerUnavailableException($"clamd: {ScannerText.Printable(answer, MostOctets)}");
    }
}
