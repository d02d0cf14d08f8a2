using System.Diagnostics;
using System.Text;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Options.Watching;
using InboundBridge.Logging;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Tracing;
using InboundBridge.Telemetry;
using InboundBridge.UnitTests.Host.Api;
using InboundBridge.UnitTests.MailFlow.Metrics;
using Microsoft.Extensions.Logging;

namespace InboundBridge.UnitTests.Host.Telemetry;

/// <summary>What a collector gets of mails that a real appliance takes.</summary>
[Collection(nameof(TracedAlone))]
public sealed class TelemetryExportTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, "/opentelemetry.proto.collector.trace.v1.TraceService/Export")]
    [InlineData(false, "/otlp/v1/traces")]
    public async Task A_trace_leads_from_SMTP_through_the_rules_to_the_delivery(bool isGrpc, string path)
    {
        await using var collector = await Collector.StartAsync(isGrpc);
        await using var api = await ApiFixture.CreateAsync();
        string id;
        using (Start(api, new TelemetryOptions { Otlp = isGrpc ? collector.Url : $"{collector.Url}/otlp" }))
        {
            await api.Core.StartQueueAsync(Cancel);
            id = await api.SubmitAsync("traced");
            await AttemptedAsync(api, id);
            // Not by the end of the export, which waits for three seconds at most.
            await collector.WaitAsync(5);
        }
        var spans = (await collector.WaitAsync(5)).Where(span => Of(collector, id, span)).ToList();
        var root = Assert.Single(spans, span => span.Name == "mail receive");
        Assert.Equal(string.Empty, root.Parent);
        Assert.Equal("250", root.Attributes["smtp.response.code"]);
        Assert.Equal(("inboundbridge", "mx.example.com"), (root.Resource["service.name"], root.Resource["service.instance.id"]));
        Assert.Superset(
            new HashSet<string>(["mail receive", "mail data", "mail rules", "mail keep", "mail deliver"], StringComparer.Ordinal),
            spans.Select(span => span.Name).ToHashSet(StringComparer.Ordinal));
        Assert.All(spans.Where(span => span != root), span => Assert.Equal(root.Id, span.Parent));
        var delivery = spans.First(span => span.Name == "mail deliver");
        Assert.Equal(("hook", "webhook", "1"), (
            delivery.Attributes["inboundbridge.destination"], delivery.Attributes["inboundbridge.destination.kind"],
            delivery.Attributes["inboundbridge.attempt"]));
        Assert.Contains(path, collector.Paths);
        Assert.Contains(
            "telemetry_exports_total{signal=\"traces\",outcome=\"taken\"}", await MetricsText.ReadAsync(api.Core.Metrics.Registry),
            StringComparison.Ordinal);
        var message = await api.Spool.FindMessageAsync(id, Cancel);
        Assert.Equal($"00-{root.Trace}-{root.Id}-01", message!.Envelope.Trace);
    }

    [Fact]
    public async Task A_mail_that_is_not_sampled_leaves_no_span_and_keeps_no_trace()
    {
        await using var collector = await Collector.StartAsync(isGrpc: false);
        await using var api = await ApiFixture.CreateAsync();
        using (Start(api, new TelemetryOptions { Otlp = $"{collector.Url}/otlp", Sample = 0 }))
        {
            await api.Core.StartQueueAsync(Cancel);
            var id = await api.SubmitAsync("not traced");
            await AttemptedAsync(api, id);
            Assert.Null((await api.Spool.FindMessageAsync(id, Cancel))!.Envelope.Trace);
        }
        Assert.Empty(collector.Spans);
    }

    [Fact]
    public async Task Without_the_section_nothing_is_made()
    {
        await using var api = await ApiFixture.CreateAsync();
        var id = await api.SubmitAsync("x");
        Assert.Null((await api.Spool.FindMessageAsync(id, Cancel))!.Envelope.Trace);
        Assert.False(MailTracing.IsOn);
    }

    [Fact]
    public async Task A_collector_that_is_away_delays_no_mail_and_is_counted()
    {
        await using var api = await ApiFixture.CreateAsync();
        using (Start(api, new TelemetryOptions { Otlp = "http://127.0.0.1:9/otlp" }))
            await api.SubmitAsync("x");
        Assert.DoesNotContain(
            "telemetry_exports_total{signal=\"traces\",outcome=\"failed\"} 0\n", await MetricsText.ReadAsync(api.Core.Metrics.Registry),
            StringComparison.Ordinal);
        Assert.Contains(
            "telemetry_exports_total{signal=\"traces\",outcome=\"failed\"} ", await MetricsText.ReadAsync(api.Core.Metrics.Registry),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_an_end_is_cut_off()
    {
        await using var collector = new EndlessCollector();
        await using var api = await ApiFixture.CreateAsync();
        using (Start(api, new TelemetryOptions { Otlp = $"{collector.Url}/otlp" }))
            await api.SubmitAsync("x");
        // What the sockets of both sides hold, and not what five seconds can bring.
        Assert.InRange(collector.Sent, 1, 64 * 1024 * 1024);
    }

    [Fact]
    public async Task A_collector_that_sends_elsewhere_is_not_followed()
    {
        await using var elsewhere = await Collector.StartAsync(isGrpc: false);
        await using var collector = await Collector.StartAsync(isGrpc: false);
        collector.Odd = context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = $"{elsewhere.Url}/internal";
            return Task.CompletedTask;
        };
        await using var api = await ApiFixture.CreateAsync();
        using (Start(api, new TelemetryOptions { Otlp = $"{collector.Url}/otlp" }))
            await api.SubmitAsync("x");
        Assert.NotEmpty(collector.Paths);
        Assert.Empty(elsewhere.Paths);
    }

    [Fact]
    public async Task Log_records_arrive_without_secrets()
    {
        await using var collector = await Collector.StartAsync(isGrpc: false);
        using (var log = new ApplianceLog(new LogOptions(), TimeProvider.System, Stream.Null))
        {
            log.Hide(new SecretFilter(["hunter2hunter2"]));
            var options = new TelemetryOptions { Otlp = $"{collector.Url}/otlp", Traces = false, Logs = true };
            using var export = TelemetryExport.Start(options, "mx1", "1", log, new MetricRegistry(), TimeProvider.System);
            log.Factory.CreateLogger("InboundBridge.X").Log(
                LogLevel.Warning, new EventId(7, "Dead"), new InvalidOperationException("about hunter2hunter2"),
                "dead reply={Reply} attempt={Attempt}", "hunter2hunter2", 3);
        }
        var record = Assert.Single(collector.Logs);
        Assert.Equal("dead reply=*** attempt=3", record.One(5).Text(1));
        var attributes = record.Attributes(6);
        Assert.Equal(("***", "3", "about ***"), (attributes["reply"], attributes["attempt"], attributes["exception.message"]));
        Assert.Contains("/otlp/v1/logs", collector.Paths);
    }

    /// <summary>The collector answers nothing, so that at most a queue and a batch of each signal are kept.</summary>
    [Fact]
    public async Task What_a_full_queue_drops_is_counted_and_logged_once_a_minute()
    {
        const int made = 10_000;
        const int kept = 2048 + 512;
        await using var collector = await Collector.StartAsync(isGrpc: false);
        collector.Odd = context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        using var lines = new MemoryStream();
        var clock = new FakeTimeProvider(FakeTime.Start);
        var metrics = new MetricRegistry();
        using (var log = new ApplianceLog(new LogOptions(), TimeProvider.System, lines))
        {
            var options = new TelemetryOptions { Otlp = $"{collector.Url}/otlp", Traces = true, Logs = true };
            using var export = TelemetryExport.Start(options, "mx1", "1", log, metrics, clock);
            Assert.Equal(0, Dropped("traces"));
            using var source = new ActivitySource(MailTracing.SourceName);
            var logger = log.Factory.CreateLogger("InboundBridge.X");
            for (var number = 0; number < made; number++)
            {
                source.StartActivity("a span")!.Stop();
                logger.Log(LogLevel.Information, "a line");
            }
            clock.Advance(TimeSpan.FromSeconds(10));
            Assert.InRange(Dropped("traces"), made - kept, made - 1);
            Assert.InRange(Dropped("logs"), made - kept, made - 1);
            for (var number = 0; number < made; number++)
                source.StartActivity("a span")!.Stop();
            clock.Advance(TimeSpan.FromSeconds(50));
            Assert.InRange(Dropped("traces"), (2 * made) - kept - kept, (2 * made) - 1);
        }
        var told = Encoding.UTF8.GetString(lines.ToArray()).Split('\n')
            .Where(line => line.Contains("telemetry_dropped", StringComparison.Ordinal)
                && line.Contains("signal=traces", StringComparison.Ordinal)).ToList();
        // One at once, and one for all that came until a minute later or the end.
        Assert.Equal(2, told.Count);

        double Dropped(string signal) =>
            metrics.ReadCounter("telemetry_dropped_total").Single(each => each.Labels[0] == signal).Value;
    }

    private static TelemetryExport Start(ApiFixture api, TelemetryOptions options) =>
        TelemetryExport.Start(options, "mx.example.com", "1.2.3", api.Output, api.Core.Metrics.Registry, TimeProvider.System);

    /// <summary>Mails of other tests in this process are traced as well.</summary>
    private static bool Of(Collector collector, string messageId, CollectedSpan span) =>
        collector.Spans.Any(root => root.Trace == span.Trace && root.Attributes.GetValueOrDefault("inboundbridge.message.id") == messageId);

    private static async Task AttemptedAsync(ApiFixture api, string messageId)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await api.Spool.FindDeliveriesAsync(messageId, Cancel)).Single().Attempts == 0)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
    }
}

/// <summary>The source of spans is the process's, so mails of other tests would be traced as well.</summary>
[CollectionDefinition(nameof(TracedAlone), DisableParallelization = true)]
public sealed class TracedAlone;
