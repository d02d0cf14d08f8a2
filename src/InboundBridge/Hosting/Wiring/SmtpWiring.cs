using InboundBridge.Certificates;
using InboundBridge.Hosting.Listening;
using InboundBridge.Hosting.Users;
using InboundBridge.MailFlow.Reception;
using InboundBridge.Metrics;
using InboundBridge.Setup;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Limits;

namespace InboundBridge.Hosting.Wiring;

/// <summary>The parts that SMTP sessions need: certificates, users, and the state that sessions share.</summary>
internal sealed class SmtpWiring : IAsyncDisposable
{
    public SmtpWiring(
        ApplianceSetup setup, MetricsWiring metrics, ReceptionServices reception, byte[] linkKey, ILoggerFactory logs, TimeProvider clock)
    {
        Certificates =
            new CertificateStore(setup.Options.Tls, metrics.Registry, clock, logs.CreateLogger<CertificateStore>(), setup.Certificates);
        Users = new UserDirectory(setup.Users, linkKey);
        State = new SmtpServerState(clock, new SmtpMetrics(metrics.Registry), new SmtpSessionLog(logs.CreateLogger<SmtpSessionLog>()));
        Connections = new SmtpConnections(setup.Options, Certificates, Users, reception, State);
    }

    /// <summary>The certificates in force; an empty set without TLS. HTTP uses them too.</summary>
    public CertificateStore Certificates { get; }

    public UserDirectory Users { get; }

    public SmtpConnections Connections { get; }

    /// <summary>Clock, metrics, log and limits that all sessions share.</summary>
    public SmtpServerState State { get; }

    public void Replace(ApplianceSetup next)
    {
        Certificates.Replace(next.Options.Tls, next.Certificates);
        Users.Replace(next.Users);
        Connections.Replace(next.Options);
    }

    public ValueTask DisposeAsync()
    {
        Users.Dispose();
        Certificates.Dispose();
        return ValueTask.CompletedTask;
    }
}
