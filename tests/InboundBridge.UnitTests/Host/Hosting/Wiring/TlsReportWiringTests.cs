using InboundBridge.Hosting.Wiring;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.TransportSecurity;
using InboundBridge.MailFlow.TransportSecurity.Reports;
using InboundBridge.Mime.Reports;
using InboundBridge.UnitTests.Host.Configuration;
using InboundBridge.UnitTests.MailFlow.Dns;
using InboundBridge.UnitTests.MailFlow.Queue;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.Host.Hosting.Wiring;

/// <summary>Reports become mails of the queue that holds all other mail.</summary>
public class TlsReportWiringTests
{
    private const string Without = "hostname: mx.us.test\ndestinations: { out: { relay: { host: smtp.us.test } } }\n";

    private const string With = Without + "tls_reports: { from: tls@us.test, via: out }\n";

    private readonly ZoneResolver _zone = new ZoneResolver().Txt("_smtp._tls.one.test", "v=TLSRPTv1;rua=mailto:tls@one.test");

    [Fact]
    public async Task A_report_leaves_by_the_relay_that_the_configuration_names()
    {
        await using var queue = new QueueFixture();
        var outbound = queue.Add(QueueFixture.Destination("out"));
        await queue.StartAsync();
        var results = new TlsResults(queue.Spool, queue.Clock);
        await using var wiring = Wiring(queue, results, With);
        var pending = await NextAsync(queue, outbound, results);
        var attempt = pending.Attempt;
        Assert.Equal("tls@us.test", attempt.Message.Envelope.Sender);
        Assert.Equal("tls@one.test", Assert.Single(attempt.Delivery.Recipients).Address);
        using var octets = new MemoryStream();
        await attempt.Content.AsStream().CopyToAsync(octets, TestContext.Current.CancellationToken);
        var mail = ParsedMail.Open(MailContent.FromMemory(octets.ToArray()));
        pending.End(new DeliveryOutcome.Delivered("250 kept"));
        var report = Assert.IsType<TlsReport>(mail.Report);
        Assert.Equal("mx.us.test", report.Organization);
        Assert.Equal((1, 1), (Assert.Single(report.Policies).Successful, Assert.Single(report.Policies).Failed));
    }

    [Fact]
    public async Task A_reload_begins_and_ends_them()
    {
        await using var queue = new QueueFixture();
        var outbound = queue.Add(QueueFixture.Destination("out"));
        await queue.StartAsync();
        var results = new TlsResults(queue.Spool, queue.Clock);
        await using var wiring = Wiring(queue, results, Without);
        Assert.Null(results.Terms);
        wiring.Replace(ConfigurationCase.OptionsOf(With));
        Assert.Equal(new TlsReportTerms("mx.us.test", "tls@us.test", TimeSpan.FromDays(1)), results.Terms);
        (await NextAsync(queue, outbound, results)).End(new DeliveryOutcome.Delivered("250 kept"));
        wiring.Replace(ConfigurationCase.OptionsOf(Without));
        Assert.Null(results.Terms);
    }

    private TlsReportWiring Wiring(QueueFixture queue, TlsResults results, string configuration) => new(
        ConfigurationCase.OptionsOf(configuration), results, _zone, queue.Queue, queue.Spool, NullLoggerFactory.Instance, queue.Clock);

    private static async Task<PendingAttempt> NextAsync(QueueFixture queue, ScriptedTarget outbound, TlsResults results)
    {
        var session = new SessionResult("one.test", "mx.one.test", HostPolicy.Opportunistic, IsEncrypted: true, Failure: null);
        results.Add(session);
        results.Add(session with { Failure = TlsFailure.StartTlsNotSupported });
        queue.Clock.Advance(TimeSpan.FromDays(1));
        var next = outbound.NextAsync();
        await queue.AdvanceUntilAsync(next);
        return await next;
    }
}
