using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Reception;
using InboundBridge.MailFlow.Reception.Recipients;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Scanning;
using InboundBridge.MailFlow.SenderAuthentication.Greylisting;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Setup;

namespace InboundBridge.Hosting.Wiring;

/// <summary>The parts that receive mail and decide where it goes.</summary>
internal sealed class ReceptionWiring : IAsyncDisposable
{
    private readonly Greylist _greylist;
    private readonly SharedAnswers? _answers;

    public ReceptionWiring(
        ApplianceSetup setup, MetricsWiring metrics, IMailSpool spool, DeliveryWiring delivery, ILoggerFactory logs, TimeProvider clock)
    {
        var ids = new MessageIdSource(clock);
        var routing = new RoutingLog(logs.CreateLogger<RoutingLog>());
        var log = new ReceptionLog(logs.CreateLogger<ReceptionLog>());
        _greylist = new Greylist(spool, clock, new GreylistLog(logs.CreateLogger<GreylistLog>()));
        _answers = spool.Exchange.IsShared ? new SharedAnswers(spool.Exchange, clock) : null;
        Shadow = new ShadowComparison(spool, new ShadowMetrics(metrics.Registry), routing);
        Services = new ReceptionServices(
            spool,
            delivery.Queue,
            new MailRouter(ids, clock, routing, metrics.Rules),
            ids,
            clock,
            new ReceptionMetrics(metrics.Registry),
            log,
            setup.ToPolicy(clock, delivery.Webhooks, delivery.Resolver))
        {
            IsTraced = true,
            Shadow = Shadow,
            Scans = new ScanObserver(new ScannerMetrics(metrics.Registry), new ScannerLog(logs.CreateLogger<ScannerLog>())),
            Greylist = _greylist,
            Answers = _answers,
            SenderChecks = new SenderObservation(new SenderMetrics(metrics.Registry), log, clock),
        };
    }

    public ReceptionServices Services { get; }

    public ShadowComparison Shadow { get; }

    public async ValueTask DisposeAsync()
    {
        await Shadow.DisposeAsync();
        await _greylist.DisposeAsync();
        if (_answers is not null)
            await _answers.DisposeAsync();
    }
}
