using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using InboundBridge.MailFlow.Text;
using InboundBridge.Text;

namespace InboundBridge.MailFlow.Delivery.Webhook.Transport;

/// <summary>
/// Reads the head of an answer (status line and header) leniently, because receivers write lines that are no header fields, bare line
/// feeds, no reason, or only half a head. The status line alone decides (docs/webhooks.md): broken lines below it are left out, and the
/// connection is not used again. Interim answers (1xx) are skipped.
/// </summary>
internal sealed class AnswerHead
{
    /// <summary>Octets of the head, with all interim answers before it. HttpClient has the same limit and reports a longer head.</summary>
    private const int Limit = WebhookConnections.AnswerHeaderKilobytes * 1024;

    private const int ReasonLimit = 200;

    private static readonly SearchValues<byte> NameOctets =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> VersionOctets = SearchValues.Create("0123456789."u8);

    /// <summary>RFC 9110 §5.5: visible characters, space, tab, obs-text.</summary>
    private static readonly SearchValues<byte> ValueOctets =
        SearchValues.Create([(byte)'\t', .. Octets(' ', 0x7F - ' '), .. Octets(0x80, 0x80)]);

    /// <summary>The fields of a broken head that are passed on, because our code or HttpClient reads them.</summary>
    private static readonly string[] Kept = ["Content-Type", "Content-Length", "Transfer-Encoding", "Retry-After"];

    private byte[] _octets = new byte[4096];
    private int _count;
    private int _start;

    /// <summary>The final status; 0 before it is known, and for an answer that is not HTTP.</summary>
    public int Status { get; private set; }

    /// <summary>No more octets are needed: the head is complete, or it is not HTTP.</summary>
    public bool IsComplete { get; private set; }

    public bool IsEmpty => _count == 0;

    /// <summary>
    /// Whether the octets begin with one complete final head in which nothing is unusual, so that HttpClient can read it unchanged.
    /// </summary>
    public static bool IsPlain(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < 13 || !octets.StartsWith("HTTP/1."u8) || octets[7] is not ((byte)'0' or (byte)'1') || octets[8] != ' '
            || octets[9] is < (byte)'2' or > (byte)'9' || !IsDigit(octets[10]) || !IsDigit(octets[11])
            || octets[12] is not ((byte)' ' or (byte)'\r'))
        {
            return false;
        }
        for (var first = true; ; first = false)
        {
            var end = octets.IndexOf("\r\n"u8);
            if (end < 0)
                return false;
            if (end == 0)
                return !first;
            if (!IsPlainLine(octets[..end], first))
                return false;
            octets = octets[(end + 2)..];
        }
    }

    /// <summary>The buffer for the next read; call <see cref="Advance"/> afterwards.</summary>
    public Memory<byte> Room()
    {
        if (_count == _octets.Length)
            Array.Resize(ref _octets, _octets.Length * 2);
        return _octets.AsMemory(_count);
    }

    public void Add(ReadOnlySpan<byte> octets)
    {
        while (_octets.Length - _count < octets.Length)
            Array.Resize(ref _octets, _octets.Length * 2);
        octets.CopyTo(_octets.AsSpan(_count));
        Advance(octets.Length);
    }

    public void Advance(int count)
    {
        _count += count;
        while (!IsComplete && TryStep())
        {
            // An interim answer was skipped.
        }
        // HttpClient reports that the head is too long.
        if (!IsComplete && _count > Limit)
            IsComplete = true;
    }

    /// <summary>The connection ended here. A status line that has arrived counts.</summary>
    public void End()
    {
        if (IsComplete)
            return;
        IsComplete = true;
        if (TryReadStatus(Rest, out var status) && status is >= 200 or 101)
            Status = status;
    }

    /// <summary>
    /// The octets for HttpClient: unchanged when no status was found, else a head that it accepts and the octets after it.
    /// </summary>
    /// <param name="close">The connection must not be used again.</param>
    public byte[] Write(bool close)
    {
        if (Status == 0)
            return Rest.ToArray();
        var end = EndOfHead(Rest);
        var head = end < 0 ? Rest : Rest[..end];
        if (!close && end >= 0 && IsPlain(head))
            return Rest.ToArray();
        var text = new StringBuilder($"HTTP/1.1 {Status.ToString("000", CultureInfo.InvariantCulture)} {Reason(head)}\r\n");
        if (end < 0)
            text.Append("Content-Length: 0\r\n");
        else
            AppendFields(text, head);
        text.Append("Connection: close\r\n\r\n");
        var octets = Encoding.Latin1.GetBytes(text.ToString());
        return end < 0 ? octets : [.. octets, .. Rest[end..]];
    }

    private ReadOnlySpan<byte> Rest => _octets.AsSpan(_start, _count - _start);

    /// <returns>True when another head follows in the octets.</returns>
    private bool TryStep()
    {
        // RFC 9112 §2.2: empty lines before a message are ignored.
        while (_start < _count && _octets[_start] is (byte)'\r' or (byte)'\n')
            _start++;
        var line = Rest.IndexOf((byte)'\n');
        if (line < 0)
            return false;
        if (!TryReadStatus(Rest, out var status))
        {
            IsComplete = true;
            return false;
        }
        var end = EndOfHead(Rest);
        if (end < 0)
            return false;
        if (status is >= 100 and < 200 and not 101)
        {
            _start += end;
            return true;
        }
        Status = status;
        IsComplete = true;
        return false;
    }

    /// <summary>The offset after the empty line; -1 without one.</summary>
    private static int EndOfHead(ReadOnlySpan<byte> octets)
    {
        for (var at = 0; ;)
        {
            var end = octets[at..].IndexOf((byte)'\n');
            if (end < 0)
                return -1;
            var line = octets.Slice(at, end).TrimEnd((byte)'\r');
            at += end + 1;
            if (line.IsEmpty)
                return at;
        }
    }

    /// <summary>Lenient about the version and about spaces; the three digits must be complete.</summary>
    private static bool TryReadStatus(ReadOnlySpan<byte> octets, out int status)
    {
        status = 0;
        if (octets.Length < 9 || !Ascii.EqualsIgnoreCase(octets[..5], "HTTP/"u8))
            return false;
        var space = octets.IndexOfAny(" \t\r\n"u8);
        if (space < 6 || octets[space] is (byte)'\r' or (byte)'\n' || octets[5..space].ContainsAnyExcept(VersionOctets))
            return false;
        var rest = octets[space..].TrimStart(" \t"u8);
        return rest.Length > 3 && rest[3] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'
            && IsDigit(rest[0]) && IsDigit(rest[1]) && IsDigit(rest[2])
            && Utf8Parser.TryParse(rest[..3], out status, out var length) && length == 3;
    }

    private static string Reason(ReadOnlySpan<byte> head)
    {
        var end = head.IndexOf((byte)'\n');
        var line = (end < 0 ? head : head[..end]).Trim(" \t\r"u8);
        var parts = Encoding.Latin1.GetString(line).Split([' ', '\t'], 3, StringSplitOptions.RemoveEmptyEntries);
        var reason = parts.Length < 3 ? string.Empty : parts[2];
        return OneLineText.Of(CutText.At(reason, ReasonLimit)).Trim();
    }

    private static void AppendFields(StringBuilder text, ReadOnlySpan<byte> head)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in Encoding.Latin1.GetString(head).Split('\n').Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || Array.Find(Kept, name => name.Equals(line[..colon].Trim(),
                StringComparison.OrdinalIgnoreCase)) is not { } field)
                continue;
            var value = line[(colon + 1)..].Trim();
            var isBroken = value.Any(letter => char.IsControl(letter) && letter != '\t')
                || (field == "Content-Length" && !value.All(char.IsAsciiDigit));
            if (isBroken || !seen.Add(field))
                continue;
            text.Append(field).Append(": ").Append(value).Append("\r\n");
        }
    }

    private static bool IsPlainLine(ReadOnlySpan<byte> line, bool isStatus)
    {
        if (isStatus)
            return !line.ContainsAnyExcept(ValueOctets);
        var colon = line.IndexOf((byte)':');
        return colon > 0 && !line[..colon].ContainsAnyExcept(NameOctets) && !line[(colon + 1)..].ContainsAnyExcept(ValueOctets);
    }

    private static IEnumerable<byte> Octets(int first, int count) => Enumerable.Range(first, count).Select(code => (byte)code);

    private static bool IsDigit(byte octet) => octet is >= (byte)'0' and <= (byte)'9';
}
