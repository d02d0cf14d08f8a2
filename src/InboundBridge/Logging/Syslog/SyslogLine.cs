using System.Buffers;
using System.Globalization;
using System.Text;
using InboundBridge.MailFlow.Text;
using InboundBridge.Text;

namespace InboundBridge.Logging.Syslog;

/// <summary>
/// An event as a message of RFC 5424: its name is MSGID, its values are structured data, and MSG is the sentence with its values, for
/// receivers that keep nothing else.
/// </summary>
internal static class SyslogLine
{
    /// <summary>Octets. RFC 5424 §6.1 leaves the limit to receivers; 8 KB is the usual limit of rsyslog and syslog-ng.</summary>
    public const int Longest = 8 * 1024;

    /// <summary>Octets of the structured data: half of the room stays for the sentence.</summary>
    private const int LongestData = Longest / 2;

    /// <summary>Octets in UTF-8.</summary>
    private const int LongestCharacter = 4;

    /// <summary>RFC 5424 §6: characters of MSGID and of a parameter's name.</summary>
    private const int LongestName = 32;

    /// <summary>mail (RFC 5424 §6.2.1).</summary>
    private const int Facility = 2 * 8;

    /// <summary>The number that RFC 5612 reserves for documentation: the product has none of its own.</summary>
    private const string DataId = "inboundbridge@32473";

    /// <param name="host">HOSTNAME; printable ASCII without spaces.</param>
    public static byte[] Write(in LogEvent logEvent, string host)
    {
        var line = new ArrayBufferWriter<byte>(512);
        Add(line, string.Create(
            CultureInfo.InvariantCulture,
            $"<{Facility + Severity(logEvent.Level)}>1 {TimeText.Of(logEvent.At)} {host} inboundbridge {Environment.ProcessId} "));
        Add(line, Name(logEvent.ShownName.Text));
        AddData(line, logEvent);
        if (logEvent.Message is { Length: > 0 } message)
            AddCut(line, $" {OneLineText.Of(message)}");
        if (logEvent.Exception is { } exception)
            AddCut(line, $" fault: {OneLineText.Of(exception.ToString())}");
        return line.WrittenSpan.ToArray();
    }

    /// <summary>RFC 5424 §6.2.1.</summary>
    public static int Severity(LogLevel level) => level switch
    {
        LogLevel.Critical => 2,
        LogLevel.Error => 3,
        LogLevel.Warning => 4,
        LogLevel.Information => 6,
        _ => 7,
    };

    /// <summary>RFC 5424 §6.3.3: these three are escaped. Control characters would end the line at many receivers.</summary>
    public static string Escaped(string value) =>
        OneLineText.Of(value).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("]", "\\]", StringComparison.Ordinal);

    private static void AddData(ArrayBufferWriter<byte> line, in LogEvent logEvent)
    {
        var count = logEvent.Fields?.Count ?? 0;
        var begin = line.WrittenCount;
        var data = new StringBuilder();
        for (var index = 0; index < count; index++)
        {
            var (name, value) = logEvent.Fields![index];
            if (name == LogEvent.Template)
                continue;
            data.Append(' ').Append(Name(FieldName.Of(name).Text)).Append("=\"").Append(Escaped(FieldValue.Of(value))).Append('"');
            if (line.WrittenCount - begin + Encoding.UTF8.GetByteCount(data.ToString()) > LongestData)
                break;
            Add(line, line.WrittenCount == begin ? $" [{DataId}{data}" : data.ToString());
            data.Clear();
        }
        Add(line, line.WrittenCount == begin ? " -" : "]");
    }

    private static string Name(string name) => CutText.At(name, LongestName);

    private static void Add(ArrayBufferWriter<byte> line, string text) => Encoding.UTF8.GetBytes(text, line);

    /// <summary>As much as there is room for, in whole characters.</summary>
    private static void AddCut(ArrayBufferWriter<byte> line, string text)
    {
        var room = Longest - line.WrittenCount;
        if (room < LongestCharacter)
            return;
        Encoding.UTF8.GetEncoder().Convert(text, line.GetSpan(room)[..room], flush: true, out _, out var used, out _);
        line.Advance(used);
    }
}
