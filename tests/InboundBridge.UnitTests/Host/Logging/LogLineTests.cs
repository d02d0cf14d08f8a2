using System.Buffers;
using System.Text;
using System.Text.Json;
using InboundBridge.Configuration.Secrets;
using InboundBridge.Logging;
using InboundBridge.Logging.Syslog;
using Microsoft.Extensions.Logging;

namespace InboundBridge.UnitTests.Host.Logging;

public class LogLineTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 4, 4, 5, 678, TimeSpan.FromHours(1));

    [Fact]
    public void A_text_line_is_time_level_event_and_fields() => Assert.Equal(
        "2026-01-02T03:04:05.678Z info  message_accepted message_id=m1 client_ip=192.0.2.1 took=0.25s subject=\"a b\"\n",
        Text(Event(
            [new("MessageId", "m1"), new("ClientIP", "192.0.2.1"), new("took", TimeSpan.FromMilliseconds(250)), new("subject", "a b"),
                new(LogEvent.Template, "…")])));

    [Fact]
    public void The_message_follows_if_there_are_no_fields_and_for_warnings_and_errors()
    {
        Assert.Equal("2026-01-02T03:04:05.678Z info  message_accepted msg=\"the words\"\n", Text(Event([])));
        Assert.Equal(
            "2026-01-02T03:04:05.678Z warn  message_accepted id=1 msg=\"the words\"\n",
            Text(Event([new("id", 1)]) with { Level = LogLevel.Warning }));
    }

    /// <summary>
    /// A peer that sends a line break in EHLO must not be able to forge log lines, or to control the terminal of a reader.
    /// </summary>
    [Fact]
    public void What_a_peer_says_stays_inside_its_quotes()
    {
        var line = Text(Event([new("helo", "x\r\n2026-01-02T03:04:05.678Z info  Forged a=\"b\" \u001b[31m\u2028\u202e")]));
        Assert.Equal(
            "2026-01-02T03:04:05.678Z info  message_accepted helo=\"x\\r\\n2026-01-02T03:04:05.678Z info  Forged a=\\\"b\\\" \\u001b[31m\\u2028\\u202e\"\n", line);
    }

    [Fact]
    public void A_json_line_is_one_object()
    {
        var line =
            Json(Event(
                [new("MessageId", "m\n1"), new("size", 12L), new("held", true), new("rule", null),
                    new("level", "x")]) with
            { Exception = new IOException("disk") });
        Assert.EndsWith("}\n", line, StringComparison.Ordinal);
        Assert.Equal(1, line.Count(letter => letter == '\n'));
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        Assert.Equal(
            ("2026-01-02T03:04:05.678Z", "info", "message_accepted", "InboundBridge.Reception"),
            (Of("ts"), Of("level"), Of("event"), Of("logger")));
        Assert.Equal(("m\n1", "the words", "x"), (Of("message_id"), Of("message"), Of("level_")));
        Assert.Equal(
            (12, true, JsonValueKind.Null, 1001),
            (root.GetProperty("size").GetInt64(), root.GetProperty("held").GetBoolean(), root.GetProperty("rule").ValueKind,
                root.GetProperty("event_id").GetInt32()));
        Assert.Contains("disk", Of("exception"), StringComparison.Ordinal);

        string Of(string name) => root.GetProperty(name).GetString()!;
    }

    /// <summary>Durations in seconds have a way of their own to become digits: they must be the same ones.</summary>
    [Fact]
    public void Numbers_look_as_the_runtime_writes_them()
    {
        var random = new Random(1);
        List<double> numbers =
            [0, -0.0, -1.5, 1e-5, 0.00001, 0.0001, 0.00012345, 0.0000999, 0.1, 0.25, 1, 12.0000001, 99_999_999.9999999, 1e8, 1e15, 1e300,
                0.1 + 0.2, double.NaN, double.PositiveInfinity, double.Epsilon];
        for (var round = 0; round < 2000; round++)
        {
            numbers.Add(TimeSpan.FromTicks(random.NextInt64(1L << random.Next(4, 62))).TotalSeconds);
            numbers.Add(random.NextDouble() * Math.Pow(10, random.Next(-8, 12)));
        }
        foreach (var number in numbers)
            Assert.EndsWith(
                $" took={number.ToString(System.Globalization.CultureInfo.InvariantCulture)}\n", Text(Event([new("took", number)])),
                StringComparison.Ordinal);
    }

    [Fact]
    public void Long_values_are_cut() => Assert.True(Text(Event([new("reply", new string('x', 100_000))])).Length < 3000);

    [Fact]
    public void Secrets_are_blotted_out()
    {
        var filter = new SecretFilter(["hunter2hunter2", "abc", "whsec_1234"]);
        Assert.Equal("a=*** b=abc c=***", Encoding.UTF8.GetString(filter.Hide("a=hunter2hunter2 b=abc c=whsec_1234"u8)!));
        Assert.Null(filter.Hide("nothing to hide"u8));
    }

    /// <summary>Lines are searched when their values are escaped already.</summary>
    [Theory]
    [InlineData("pass\"word")]
    [InlineData("back\\slash")]
    [InlineData("brack]et-\"x\"")]
    [InlineData("tab\tand\u202ebidi")]
    [InlineData("key \ud83d\udd11 of mine")]
    public void A_secret_is_found_in_the_way_that_each_format_escapes_it(string secret)
    {
        foreach (var secrets in new string[][] { [secret], [secret, .. Enumerable.Range(0, 20).Select(number => $"other-{number}")] })
        {
            var filter = new SecretFilter(secrets);
            var logged = Event([new("reply", $"535 wrong: {secret} ")]);
            byte[][] lines = [Octets(new TextLogLine(), logged), Octets(new JsonLogLine(), logged), SyslogLine.Write(logged, "mx1")];
            Assert.All(lines, line => Assert.Contains(
                "535 wrong: *** \"", Encoding.UTF8.GetString(filter.Hide(line) ?? line), StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(50)]
    public void Each_of_many_secrets_is_found(int count)
    {
        string[] secrets = [.. Enumerable.Range(0, count).Select(index => $"gehéim-{index:00}")];
        var filter = new SecretFilter(secrets);
        foreach (var secret in secrets)
            Assert.Equal("ü=*** ***", Encoding.UTF8.GetString(filter.Hide(Encoding.UTF8.GetBytes($"ü={secret} {secret}"))!));
        Assert.Null(filter.Hide("gehéim-"u8));
    }

    [Fact]
    public void A_secret_value_writes_itself_as_stars() =>
        Assert.Contains(" password=***\n", Text(Event([new("password", new Secret("geheim"))])), StringComparison.Ordinal);

    private static LogEvent Event(KeyValuePair<string, object?>[] fields) =>
        new(At, LogLevel.Information, "InboundBridge.Reception", 1001, "MessageAccepted", "the words", fields, null);

    private static string Text(LogEvent logEvent) => Write(new TextLogLine(), logEvent);

    private static string Json(LogEvent logEvent) => Write(new JsonLogLine(), logEvent);

    private static string Write(ILogLineFormat format, LogEvent logEvent) => Encoding.UTF8.GetString(Octets(format, logEvent));

    private static byte[] Octets(ILogLineFormat format, LogEvent logEvent)
    {
        var output = new ArrayBufferWriter<byte>();
        format.Write(logEvent, output);
        return output.WrittenSpan.ToArray();
    }
}
