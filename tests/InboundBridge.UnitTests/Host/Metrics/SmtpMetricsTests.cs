using InboundBridge.MailFlow.Metrics;
using InboundBridge.Metrics;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using InboundBridge.UnitTests.MailFlow.Metrics;

namespace InboundBridge.UnitTests.Host.Metrics;

public class SmtpMetricsTests
{
    private readonly MetricRegistry _registry = new();

    [Fact]
    public async Task Connections_are_open_until_they_end()
    {
        var metrics = new SmtpMetrics(_registry);
        metrics.ForListener("mx").Opened();
        metrics.ForListener("mx").Opened();
        metrics.ForListener("lmtp").Opened();
        metrics.ForListener("mx").Ended(SmtpConnectionOutcome.TimedOut);
        Assert.Equal(
            ["{listener=\"lmtp\"} 1", "{listener=\"mx\"} 1"],
            (await MetricsText.SamplesAsync(_registry, "smtp_connections_open")).Order(StringComparer.Ordinal));
        Assert.Equal(["{listener=\"mx\",outcome=\"timed_out\"} 1"], await MetricsText.SamplesAsync(_registry, "smtp_connections_total"));
    }

    [Theory]
    [InlineData(SmtpVerb.Mail, 250, "MAIL", "250")]
    [InlineData(SmtpVerb.Turn, 599, "TURN", "599")]
    [InlineData(SmtpVerb.Unknown, 600, "UNKNOWN", "other")]
    [InlineData(SmtpVerb.Unknown, -1, "UNKNOWN", "other")]
    public async Task A_command_is_counted_by_verb_and_code(SmtpVerb verb, int code, string verbLabel, string codeLabel)
    {
        new SmtpMetrics(_registry).ForListener("mx").Answered(verb, code);
        Assert.Equal(
            [$"{{listener=\"mx\",verb=\"{verbLabel}\",code=\"{codeLabel}\"}} 1"],
            await MetricsText.SamplesAsync(_registry, "smtp_commands_total"));
    }

    [Fact]
    public void Counting_a_command_that_came_before_allocates_nothing()
    {
        var listener = new SmtpMetrics(_registry).ForListener("mx");
        void Count()
        {
            listener.Answered(SmtpVerb.Rcpt, 250);
            listener.Refused("rcpt", "relay_denied");
            listener.DataEnded(TimeSpan.FromMilliseconds(3));
        }

        // The runtime compiles again what has run for a while, and allocates for that.
        for (var times = 0; times < 100; times++)
            Count();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var times = 0; times < 1000; times++)
            Count();
        Assert.Equal(0, (GC.GetAllocatedBytesForCurrentThread() - before) / 1000);
    }
}
