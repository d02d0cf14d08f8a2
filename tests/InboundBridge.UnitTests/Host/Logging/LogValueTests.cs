using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using InboundBridge.Logging;
using Microsoft.Extensions.Logging;

namespace InboundBridge.UnitTests.Host.Logging;

public class LogValueTests
{
    private const string Start = "2026-01-02T03:04:05.678Z info  seen";

    private static readonly DateTimeOffset At = new(2026, 1, 2, 4, 4, 5, 678, TimeSpan.FromHours(1));

    public static TheoryData<object?, string, string> Values => new()
    {
        { null, "\"\"", "null" },
        { "", "\"\"", "\"\"" },
        { "plain", "plain", "\"plain\"" },
        { "a b", "\"a b\"", "\"a b\"" },
        { "a=b", "\"a=b\"", "\"a=b\"" },
        { "Jürgen", "Jürgen", "\"Jürgen\"" },
        { "Jürgen Ö.", "\"Jürgen Ö.\"", "\"Jürgen Ö.\"" },
        { "a\"b\\c", "\"a\\\"b\\\\c\"", "\"a\\\"b\\\\c\"" },
        { "\r\n\t\0\u007f", "\"\\r\\n\\u0009\\u0000\\u007f\"", "\"\\r\\n\\t\\u0000\\u007F\"" },
        { "\u0080ü\u2029漢\u2066", "\"\\u0080ü\\u2029漢\\u2066\"", "\"\\u0080ü\\u2029漢\u2066\"" },
        { "😀", "😀", "\"\\uD83D\\uDE00\"" },
        { -15342, "-15342", "-15342" },
        { long.MaxValue, "9223372036854775807", "9223372036854775807" },
        { 0.0123456, "0.0123456", "0.0123456" },
        { 1e-7, "1E-07", "1E-07" },
        { double.NaN, "NaN", "\"NaN\"" },
        { double.NegativeInfinity, "-Infinity", "\"-Infinity\"" },
        { true, "true", "true" },
        { 'x', "x", "\"x\"" },
        { 12u, "12", "\"12\"" },
        { 1.50m, "1.50", "\"1.50\"" },
        { TimeSpan.FromMilliseconds(-250.1255), "-0.250126s", "\"-0.250126s\"" },
        { TimeSpan.Zero, "0s", "\"0s\"" },
        { At, "2026-01-02T03:04:05.678Z", "\"2026-01-02T03:04:05.678Z\"" },
        { new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), "\"01/02/2026 03:04:05\"", "\"01/02/2026 03:04:05\"" },
        { IPAddress.Parse("2001:db8::1"), "2001:db8::1", "\"2001:db8::1\"" },
        { DayOfWeek.Friday, "friday", "\"friday\"" },
        { FileAccess.ReadWrite | (FileAccess)8, "11", "\"11\"" },
        { Marks.First | Marks.Second, "\"first, second\"", "\"first, second\"" },
        { Guid.Empty, "00000000-0000-0000-0000-000000000000", "\"00000000-0000-0000-0000-000000000000\"" },
        { System.Numerics.BigInteger.Pow(10, 300), "1" + new string('0', 300), "\"1" + new string('0', 300) + "\"" },
        { new object?[] { "a", 1, null, TimeSpan.FromSeconds(2) }, "a,1,,2s", "\"a,1,,2s\"" },
        { new Version(1, 2), "1.2", "\"1.2\"" },
        { new string('x', 2049), new string('x', 2048) + "…", "\"" + new string('x', 2048) + "…\"" },
        { new string('ü', 2048), new string('ü', 2048), "\"" + new string('ü', 2048) + "\"" },
        { new string('\n', 2048), "\"" + string.Concat(Enumerable.Repeat("\\n", 2048)) + "\"",
            "\"" + string.Concat(Enumerable.Repeat("\\n", 2048)) + "\"" },
    };

    [Flags]
    internal enum Marks
    {
        None = 0,
        First = 1,
        Second = 2,
    }

    /// <param name="text">As it follows <c>value=</c>.</param>
    /// <param name="json">As it follows <c>"value":</c>.</param>
    [Theory]
    [MemberData(nameof(Values), DisableDiscoveryEnumeration = true)]
    public void A_value_is_written_so(object? value, string text, string json)
    {
        Assert.Equal($"{Start} value={text}\n", Text(value));
        var line = Write(new JsonLogLine(), value);
        Assert.EndsWith($",\"value\":{json}}}\n", line, StringComparison.Ordinal);
        JsonDocument.Parse(line).Dispose();
    }

    /// <summary>Not as data of a theory: attributes can't hold half a pair.</summary>
    [Fact]
    public void Half_a_pair_is_replaced()
    {
        Assert.Equal($"{Start} value=\ufffd\n", Text("\ud83d"));
        Assert.Equal($"{Start} value=a\ufffdb\n", Text("a\ude00b"));
        Assert.Equal($"{Start} value=\ufffd\ufffd\n", Text("\ude00\ud83d"));
        Assert.Equal($"{Start} value=\"\ufffd\\n\ufffd\"\n", Text("\ud83d\n\ude00"));
    }

    [Fact]
    public void A_cut_halves_no_pair() =>
        Assert.Equal($"{Start} value={new string('x', 2047)}…\n", Text(new string('x', 2047) + "😀"));

    /// <summary>Such letters were replaced where the line's buffer happened to have a seam.</summary>
    [Fact]
    public void A_surrogate_pair_stays_whole_anywhere_in_the_line()
    {
        for (var before = 0; before < 1100; before++)
        {
            var value = new string('x', before) + "😀漢ü";
            Assert.Equal($"{Start} value={value}\n", Text(value));
        }
    }

    [Fact]
    public void Numbers_and_quotes_fit_wherever_the_room_ends()
    {
        for (var before = 400; before < 600; before++)
        {
            var name = new string('n', before);
            Assert.Equal(
                $"{Start} {name}=-15342 value=\"a b\" seconds=0.25s msg=\"\\u001b\"\n".Replace("info ", "warn ", StringComparison.Ordinal),
                Write(new TextLogLine(),
                    new LogEvent(
                        At, LogLevel.Warning, "InboundBridge", 1, "Seen", "\u001b",
                        [new(name, -15342), new("value", "a b"), new("seconds", TimeSpan.FromSeconds(0.25))], null)));
        }
    }

    [Fact]
    public void An_exception_is_shown_whole()
    {
        var words = string.Concat(Enumerable.Repeat("disk\n", 5000));
        var line =
            Write(new TextLogLine(),
                new LogEvent(At, LogLevel.Information, "InboundBridge.Seen", 1, null, null, null, new IOException(words)));
        Assert.Equal($"{Start} exception=\"System.IO.IOException: {words.Replace("\n", "\\n", StringComparison.Ordinal)}\"\n", line);
    }

    [Fact]
    public void A_culture_changes_nothing()
    {
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        try
        {
            Assert.Equal($"{Start} value=-1234.5\n", Text(-1234.5));
            Assert.Equal($"{Start} value=1.5s\n", Text(TimeSpan.FromSeconds(1.5)));
            Assert.Equal($"{Start} value=1234.5\n", Text(1234.5m));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_line_allocates_nothing(bool isJson)
    {
        ILogLineFormat format = isJson ? new JsonLogLine() : new TextLogLine();
        var output = new ArrayBufferWriter<byte>(4096);
        var logEvent = new LogEvent(At, LogLevel.Information, "InboundBridge", 1, "Seen", "words",
        [
            new("Id", "01KAPN7Q5Y3C8W0ZJ4T2V6XHRD"), new("Size", 15342L), new("Attempt", 1), new("Seconds", 0.0123456),
                new("Reply", "250 2.0.0 Øk"), new("Helo", null),
            new("Took", TimeSpan.FromSeconds(1.5)), new("Next", At), new("Client", IPAddress.IPv6Loopback), new("Day", DayOfWeek.Friday),
                new("Held", true),
        ], null);
        if (isJson)
            logEvent = logEvent with { Fields = [.. logEvent.Fields!.Where(field => field.Key != "Took")] };
        var allocated = 1L;
        // The JIT may compile in between.
        for (var round = 0; round < 20 && allocated > 0; round++)
        {
            output.ResetWrittenCount();
            var before = GC.GetAllocatedBytesForCurrentThread();
            format.Write(logEvent, output);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.Equal(0, allocated);
    }

    private static string Text(object? value) => Write(new TextLogLine(), value);

    private static string Write(ILogLineFormat format, object? value) =>
        Write(format, new LogEvent(At, LogLevel.Information, "InboundBridge", 1, "Seen", null, [new("Value", value)], null));

    private static string Write(ILogLineFormat format, LogEvent logEvent)
    {
        var output = new ArrayBufferWriter<byte>();
        format.Write(logEvent, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
