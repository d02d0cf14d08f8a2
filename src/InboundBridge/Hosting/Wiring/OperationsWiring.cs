using InboundBridge.Api;
using InboundBridge.Certificates;
using InboundBridge.Configuration.Sources;
using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations;
using InboundBridge.Operations.Deliveries;
using InboundBridge.Operations.Destinations;
using InboundBridge.Operations.Mails;
using InboundBridge.Operations.Messages;
using InboundBridge.Operations.Nodes;
using InboundBridge.Operations.Principals;
using InboundBridge.Operations.Publishing;
using InboundBridge.Operations.Reading;
using InboundBridge.Operations.Reasons;
using InboundBridge.Operations.Refusals;
using InboundBridge.Operations.Replaying;
using InboundBridge.Operations.RuleTexts;
using InboundBridge.Operations.Status;
using InboundBridge.Operations.Traffic;
using InboundBridge.Setup;
using InboundBridge.Setup.Reloading;

namespace InboundBridge.Hosting.Wiring;

/// <summary>The operations that the API and the UI offer, built from the parts that do the work.</summary>
internal sealed class OperationsWiring : IAsyncDisposable
{
    private readonly ExplainOperation _explaining;
    private readonly ReasonOperations _reasons;
    private readonly TrafficHistory _history;
    private readonly PublishingOperations _publishing;

    public OperationsWiring(
        MetricsWiring metrics,
        IMailSpool spool,
        DeliveryWiring delivery,
        ReceptionWiring reception,
        SmtpWiring smtp,
        NodeWiring nodes,
        CurrentSetup current,
        ReadyState ready,
        Reloader? reloader,
        ConfigurationSource? source,
        ILoggerFactory logs,
        TimeProvider clock)
    {
        var audit = new AuditLog(logs.CreateLogger<AuditLog>());
        var names = new DestinationNames(current, spool);
        var (queue, services) = (delivery.Queue, reception.Services);
        _explaining = new ExplainOperation(current, services, delivery.Targets.PreviewAsync, clock);
        _reasons = new ReasonOperations(spool, current, services, delivery.Targets.PreviewAsync);
        _history = new TrafficHistory(metrics.Registry, clock);
        _publishing = new PublishingOperations(current, delivery.Resolver, clock);
        var feed = new EventFeed(queue, new EventJournal(clock.GetUtcNow()));
        smtp.Refusals.Added = refusal =>
            feed.TellTap(() => new QueueEvent(EventText.Refused, refusal.At, null, null, null, refusal.ToString()));
        var messages = new MessageOperations(spool, queue, services, audit);
        Operations = new ApplianceOperations(
            messages,
            new DeliveryOperations(spool, queue, names, audit),
            new DestinationOperations(queue, names, audit),
            new NodeOperations(spool, nodes.Self, nodes.Heard, clock),
            new RuleOperations(services, reception.Shadow, current),
            new RuleTextOperations(source, current),
            new ReplayOperations(spool, queue, services, current, names, audit, clock),
            _explaining,
            new SubmitOperation(current, services, smtp.State, audit, clock),
            new StatusOperations(
                spool, services, current, ready, reloader, () => smtp.Certificates.Current.Named.Select(Expiry), audit),
            new EventOperations(feed),
            new RefusalOperations(smtp.Refusals),
            new TrafficOperations(_history),
            new ReadingOperations(messages, services),
            _reasons,
            _publishing,
            names);
    }

    public ApplianceOperations Operations { get; }

    private static CertificateExpiry Expiry((string Name, CertificateSet.Entry Entry) one) =>
        new(one.Name, [.. one.Entry.Names], one.Entry.End, one.Entry.Lifetime);

    public ValueTask DisposeAsync()
    {
        _history.Dispose();
        _publishing.Dispose();
        _reasons.Dispose();
        _explaining.Dispose();
        return ValueTask.CompletedTask;
    }
}
