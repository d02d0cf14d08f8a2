using System.Text;
using InboundBridge.Logging;
using InboundBridge.Logging.Syslog;
using Microsoft.Extensions.Logging;

namespace InboundBridge.UnitTests.Host.Logging.Syslog;

public sealed class SyslogLineTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    [Fact]
    public void An_event_is_a_message_of_RFC_5424()
    {
        var text = Write(
            LogLevel.Warning, "Dead", "dead message=01 reply=no",
            [new("MessageId", "01"), new("Reply", "no"), new(LogEvent.Template, "t")]);
        Assert.Equal(
            $"<20>1 2026-01-02T03:04:05.678Z mx1 inboundbridge {Environment.ProcessId} dead "
            + "[inboundbridge@32473 message_id=\"01\" reply=\"no\"] dead message=01 reply=no", text);
    }

    [Fact]
    public void Without_values_there_is_no_structured_data() =>
        Assert.EndsWith(" stopped - stopped", Write(LogLevel.Information, "stopped", "stopped", []), StringComparison.Ordinal);

    [Fact]
    public void What_would_end_a_value_is_escaped_and_what_would_end_a_line_is_a_space()
    {
        var text = Write(LogLevel.Information, "x", "a\nb", [new("Value", "a]\"\\\r\nb")]);
        Assert.EndsWith("[inboundbridge@32473 value=\"a\\]\\\"\\\\  b\"] a b", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LogLevel.Debug, 23)]
    [InlineData(LogLevel.Information, 22)]
    [InlineData(LogLevel.Warning, 20)]
    [InlineData(LogLevel.Error, 19)]
    [InlineData(LogLevel.Critical, 18)]
    public void The_level_is_the_severity_of_the_facility_mail(LogLevel level, int priority) =>
        Assert.StartsWith($"<{priority}>1 ", Write(level, "x", "x", []), StringComparison.Ordinal);

    [Fact]
    public void A_long_line_is_cut_between_characters_and_keeps_whole_values()
    {
        var fields = Enumerable.Range(0, 20)
            .Select(number => KeyValuePair.Create<string, object?>($"Field{number}", new string('ü', 1000))).ToList();
        var octets = SyslogLine.Write(new LogEvent(At, LogLevel.Information, "c", 1, "x", new string('ü', 9000), fields, null), "mx1");
        Assert.InRange(octets.Length, SyslogLine.Longest - 4, SyslogLine.Longest);
        var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(octets);
        Assert.Contains("\"] ü", text, StringComparison.Ordinal);
        Assert.Equal(0, text.AsSpan(0, text.IndexOf("] ", StringComparison.Ordinal)).Count('"') % 2);
    }

    [Fact]
    public void A_fault_follows_the_sentence_on_the_same_line()
    {
        var fault = new InvalidOperationException("first\nsecond");
        var octets = SyslogLine.Write(new LogEvent(At, LogLevel.Error, "c", 1, "x", "it broke", [], fault), "mx1");
        Assert.EndsWith(
            " it broke fault: System.InvalidOperationException: first second", Encoding.UTF8.GetString(octets), StringComparison.Ordinal);
    }

    private static string Write(LogLevel level, string name, string message, KeyValuePair<string, object?>[] fields) =>
        Encoding.UTF8.GetString(SyslogLine.Write(new LogEvent(At, level, "InboundBridge.X", 1, name, message, fields, null), "mx1"));
}
