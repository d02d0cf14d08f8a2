using InboundBridge.Certificates;
using InboundBridge.Configuration.Options.Watching;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Notices;
using InboundBridge.Setup;
using InboundBridge.Setup.Reloading;

namespace InboundBridge.Hosting.Wiring;

/// <summary>Connects what needs a person with the webhook that hears of it.</summary>
internal sealed class NoticeWiring : IAsyncDisposable
{
    private readonly DeliveryWiring _delivery;

    public NoticeWiring(
        MetricsWiring metrics, IMailSpool spool, DeliveryWiring delivery, CertificateStore certificates, AcmeWiring acme,
        Reloader? reloader, CurrentSetup current, ILoggerFactory logs, TimeProvider clock)
    {
        _delivery = delivery;
        Rounds = new NoticeRounds(
            () => current.Setup.Options.Notify, new NoticeSender(spool, delivery.Queue, current, clock),
            new StateLook(certificates, spool, clock).FindAsync, metrics.Registry, clock, new NoticeLog(logs.CreateLogger<NoticeLog>()));
        delivery.Queue.Trouble = Rounds.Take;
        certificates.ReloadFailed = problem => Rounds.Tell(new Occurrence(NoticeKind.Certificate, "files", problem));
        acme.Renewal.Failed = (names, problem) => Rounds.Tell(new Occurrence(NoticeKind.Certificate, names, problem));
        if (reloader is not null)
            reloader.Recorded = record => Reloaded(record, current);
    }

    public NoticeRounds Rounds { get; }

    public ValueTask DisposeAsync()
    {
        _delivery.Queue.Trouble = null;
        return Rounds.DisposeAsync();
    }

    private void Reloaded(ReloadRecord record, CurrentSetup current)
    {
        if (record.Applied)
            return;
        var problem = record.Problems.FirstOrDefault(each => each.Contains(": error: ", StringComparison.Ordinal));
        Rounds.Tell(new Occurrence(
            NoticeKind.ReloadFailed, Path.GetFileName(current.Setup.Options.File) ?? "configuration", problem));
    }
}
