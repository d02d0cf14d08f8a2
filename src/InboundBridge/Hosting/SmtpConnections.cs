using System.Net;
using InboundBridge.Configuration;
using InboundBridge.MailFlow.Reception;
using InboundBridge.Smtp.Server;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace InboundBridge.Hosting;

/// <summary>From an accepted TCP or unix connection to a session: everything in between is Kestrel's pipes.</summary>
internal sealed class SmtpConnections(
    SmtpServerOptions options, CertificateStore? certificates, UserDirectory? users, ReceptionServices reception, SmtpServerState server)
{
    private SmtpServerOptions _options = options;

    /// <summary>For the connections that come from now on.</summary>
    public void Replace(SmtpServerOptions next) => Volatile.Write(ref _options, next);

    public async Task ServeAsync(ConnectionContext connection, ListenerOptions listener, SmtpListenerOptions session)
    {
        var nowhere = new IPEndPoint(IPAddress.None, 0);
        var peer = new SmtpPeer(listener.Name, listener.Mode, connection.RemoteEndPoint ?? nowhere, connection.LocalEndPoint ?? nowhere);
        var shutdown = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        await new SmtpSession(SocketTransport.Of(connection), peer, seen => new MailReceiver(seen, reception), Volatile.Read(ref _options), session, server)
            .RunAsync(shutdown);
    }

    public SmtpListenerOptions OptionsOf(ListenerOptions listener) => new()
    {
        Tls = listener.Tls switch
        {
            ListenerTls.Off => SmtpTlsMode.Off,
            ListenerTls.Require => SmtpTlsMode.Require,
            ListenerTls.Implicit => SmtpTlsMode.Implicit,
            _ => SmtpTlsMode.StartTls,
        },
        TlsOptions = certificates is null ? null : name => certificates.OptionsFor(name, listener.AskForCertificate),
        ProxyProtocol = listener.ProxyProtocol,
        Authenticator = listener.Mode == SmtpListenerMode.Submission ? users : null,
        CramMd5 = listener.CramMd5,
        RequireAuthentication = listener.Mode == SmtpListenerMode.Submission,
    };
}
