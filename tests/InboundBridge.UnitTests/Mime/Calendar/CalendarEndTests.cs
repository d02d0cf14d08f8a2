using System.Globalization;
using System.Text;
using InboundBridge.Mime;

namespace InboundBridge.UnitTests.Mime.Calendar;

/// <summary>When an event ends: given, computed from its duration, or implied (RFC 5545 §3.6.1, §3.3.6).</summary>
public class CalendarEndTests
{
    public static TheoryData<string, string, string> Ends
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (var line in File.ReadLines(Path.Combine(RepositoryFiles.Root, "tests/testdata/messages/calendar/ends.txt"))
                .Where(line => line.Length > 0 && line[0] != '#'))
                data.Add(line.Split('\t')[0], line.Split('\t')[1], line.Split('\t')[2]);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public void An_end_is_given_computed_or_implied(string component, string lines, string expected)
    {
        var calendar =
            $"BEGIN:VCALENDAR\r\nBEGIN:{component}\r\n{lines.Replace(" | ", "\r\n", StringComparison.Ordinal)}\r\nEND:{component}\r\nEND:VCALENDAR\r\n";
        var mail = MimeMessage.Open(MimeSource.FromMemory(Encoding.ASCII.GetBytes($"Content-Type: text/calendar\r\n\r\n{calendar}")));
        var end = Assert.Single(mail.Calendar!.Events).End;
        Assert.Equal(
            expected, end is null
            ? "-" : $"{end.Value} {end.Zone} {end.Instant?.UtcDateTime.ToString("s", CultureInfo.InvariantCulture) ?? "-"}");
    }
}
