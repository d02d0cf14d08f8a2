using InboundBridge.Certificates;
using InboundBridge.Hosting.Listening;
using InboundBridge.Hosting.Users;
using InboundBridge.MailFlow.Reception;
using InboundBridge.Metrics;
using InboundBridge.Operations.Refusals;
using InboundBridge.Setup;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Limits;

namespace InboundBridge.Hosting.Wiring;

/// <summary>The parts that SMTP sessions need: certificates, users, and the state that sessions share.</summary>
internal sealed class SmtpWiring : IAsyncDisposable
{
    private readonly RateSharing _sharing;

    public SmtpWiring(
        CurrentSetup current, MetricsWiring metrics, ReceptionServices reception, SpoolWiring spool, ILoggerFactory logs,
        TimeProvider clock)
    {
        var setup = current.Setup;
        Certificates =
            new CertificateStore(setup.Options.Tls, metrics.Registry, clock, logs.CreateLogger<CertificateStore>(), setup.Certificates);
        Users = new UserDirectory(setup.Users, spool.Keys.Links);
        Refusals = new RefusalJournal(current, clock);
        State = new SmtpServerState(
            clock, new SmtpMetrics(metrics.Registry), new SmtpSessionLog(logs.CreateLogger<SmtpSessionLog>(), Refusals));
        _sharing = new RateSharing(spool.Spool.Exchange, clock, logs.CreateLogger<RateSharing>());
        Connections = new SmtpConnections(setup.Options, Certificates, Users, reception, State, _sharing);
        Certificates.Changed = Connections.Refresh;
    }

    /// <summary>The certificates in force; an empty set without TLS. HTTP uses them too.</summary>
    public CertificateStore Certificates { get; }

    public UserDirectory Users { get; }

    public SmtpConnections Connections { get; }

    /// <summary>What clients were refused lately.</summary>
    public RefusalJournal Refusals { get; }

    /// <summary>Clock, metrics, log and limits that all sessions share.</summary>
    public SmtpServerState State { get; }

    public void Replace(ApplianceSetup next)
    {
        Certificates.Replace(next.Options.Tls, next.Certificates);
        Users.Replace(next.Users);
        Connections.Replace(next.Options);
    }

    public async ValueTask DisposeAsync()
    {
        await _sharing.DisposeAsync();
        Users.Dispose();
        Certificates.Dispose();
    }
}
