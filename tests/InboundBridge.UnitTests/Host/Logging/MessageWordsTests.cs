using System.Buffers;
using System.Text;
using InboundBridge.Logging;
using Microsoft.Extensions.Logging;

namespace InboundBridge.UnitTests.Host.Logging;

/// <summary>A line says each value once: as a field, and not again among the words.</summary>
public class MessageWordsTests
{
    [Theory]
    [InlineData("dead message={MessageId} delivery={DeliveryId} seconds={Seconds:0.000} reply={Reply}", "dead")]
    [InlineData(
        "destination {Destination} does not answer; left alone until a probe succeeds",
        "destination does not answer; left alone until a probe succeeds")]
    [InlineData("destination {Destination} paused: {Reason}", "destination paused")]
    [InlineData("rule failed {Id}: {Problem}", "rule failed:")]
    [InlineData("received {Id} from=<{Sender}> to={Recipients}", "received")]
    [InlineData("the log ({Code}) grows", "the log grows")]
    [InlineData("{Problem}", "")]
    [InlineData("no values", "no values")]
    public void Words_are_the_template_without_its_values(string template, string words) =>
        Assert.Equal(words.TrimEnd(':'), MessageWords.Of(template));

    [Fact]
    public void A_log_line_shows_each_value_once()
    {
        var line = new ArrayBufferWriter<byte>();
        var fields =
            new KeyValuePair<string, object?>[] { new("Destination", "helpdesk"), new("Reason", "answered 410"),
                new(LogEvent.Template, "destination {Destination} paused: {Reason}") };
        new TextLogLine()
            .Write(new LogEvent(
                default, LogLevel.Warning, "Queue", 2112, "Paused", "destination helpdesk paused: answered 410", fields, null), line);
        Assert.EndsWith(
            "paused destination=helpdesk reason=\"answered 410\" msg=\"destination paused\"\n", Encoding.UTF8.GetString(line.WrittenSpan),
            StringComparison.Ordinal);
    }
}
