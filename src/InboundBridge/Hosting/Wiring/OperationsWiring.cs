using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations;
using InboundBridge.Operations.Deliveries;
using InboundBridge.Operations.Destinations;
using InboundBridge.Operations.Mails;
using InboundBridge.Operations.Messages;
using InboundBridge.Operations.Principals;
using InboundBridge.Operations.Replaying;
using InboundBridge.Operations.Status;
using InboundBridge.Setup;
using InboundBridge.Setup.Reloading;

namespace InboundBridge.Hosting.Wiring;

/// <summary>The operations that the API and the UI offer, built from the parts that do the work.</summary>
internal sealed class OperationsWiring : IAsyncDisposable
{
    private readonly ExplainOperation _explaining;

    public OperationsWiring(
        IMailSpool spool,
        DeliveryWiring delivery,
        ReceptionWiring reception,
        SmtpWiring smtp,
        CurrentSetup current,
        ReadyState ready,
        Reloader? reloader,
        ILoggerFactory logs,
        TimeProvider clock)
    {
        var audit = new AuditLog(logs.CreateLogger<AuditLog>());
        var names = new DestinationNames(current, spool);
        var (queue, services) = (delivery.Queue, reception.Services);
        _explaining = new ExplainOperation(current, services, delivery.Targets.PreviewAsync, clock);
        Operations = new ApplianceOperations(
            new MessageOperations(spool, queue, services, audit),
            new DeliveryOperations(spool, queue, names, audit),
            new DestinationOperations(queue, names, audit),
            new RuleOperations(services, reception.Shadow, current),
            new ReplayOperations(spool, queue, services, current, names, audit, clock),
            _explaining,
            new SubmitOperation(current, services, smtp.State, audit, clock),
            new StatusOperations(spool, services, ready, reloader, audit),
            new EventOperations(new EventFeed(queue)),
            names);
    }

    public ApplianceOperations Operations { get; }

    public ValueTask DisposeAsync()
    {
        _explaining.Dispose();
        return ValueTask.CompletedTask;
    }
}
