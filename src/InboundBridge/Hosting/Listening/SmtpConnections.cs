using System.Net;
using InboundBridge.Certificates;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Options;
using InboundBridge.Hosting.Users;
using InboundBridge.MailFlow.Reception;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Limits;
using InboundBridge.Smtp.Server.Sessions;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace InboundBridge.Hosting.Listening;

/// <summary>
/// Runs an SMTP session over each connection that Kestrel accepts. A reload applies to the connections that come after it.
/// </summary>
internal sealed class SmtpConnections
{
    private readonly CertificateStore _certificates;
    private readonly UserDirectory _users;
    private readonly ReceptionServices _reception;
    private readonly RateSharing _sharing;
    private readonly List<ListenerSession> _sessions = [];
    private readonly Lock _gate = new();
    private SmtpServerOptions _options;
    private SmtpServerState _server;
    private IReadOnlyList<SmtpRateLimit> _rates;
    private bool _hasUsers;

    public SmtpConnections(
        ApplianceOptions options, CertificateStore certificates, UserDirectory users, ReceptionServices reception, SmtpServerState server,
        RateSharing sharing)
    {
        (_options, _certificates, _users, _reception, _sharing) = (options.Smtp.Server, certificates, users, reception, sharing);
        _server = WithRates(server, options.Smtp.RateLimits);
        (_rates, _hasUsers) = (options.Smtp.RateLimits, options.UsersFile is not null);
    }

    /// <summary>The options in force.</summary>
    public SmtpServerOptions Options => Volatile.Read(ref _options);

    /// <summary>The rate limits in force.</summary>
    public IReadOnlyList<SmtpRateLimit> Rates => Volatile.Read(ref _rates);

    /// <summary>Applies to new connections. Unchanged rate limits keep their counts; changed ones start from zero.</summary>
    public void Replace(ApplianceOptions next)
    {
        if (!_rates.SequenceEqual(next.Smtp.RateLimits))
        {
            Volatile.Write(ref _server, WithRates(_server, next.Smtp.RateLimits));
            Volatile.Write(ref _rates, next.Smtp.RateLimits);
        }
        _hasUsers = next.UsersFile is not null;
        Refresh();
        Volatile.Write(ref _options, next.Smtp.Server);
    }

    /// <summary>Called when certificates have come or gone: new connections offer TLS, or no longer do.</summary>
    public void Refresh()
    {
        // A reload and an issued certificate may come together, and the later one must win.
        lock (_gate)
        {
            foreach (var session in _sessions)
                session.Options = OptionsOf(session.Listener);
        }
    }

    public async Task ServeAsync(ConnectionContext connection, ListenerSession session)
    {
        var nowhere = new IPEndPoint(IPAddress.None, 0);
        var listener = session.Listener;
        var peer = new SmtpPeer(listener.Name, listener.Mode, connection.RemoteEndPoint ?? nowhere, connection.LocalEndPoint ?? nowhere);
        var shutdown =
            connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        await new SmtpSession(
            SocketTransport.Of(connection), peer, seen =>
                new MailReceiver(seen, _reception), Volatile.Read(ref _options), session.Options, Volatile.Read(ref _server))
            .RunAsync(shutdown);
    }

    /// <summary>Called once for each listener, when it is bound.</summary>
    public ListenerSession SessionOf(ListenerOptions listener)
    {
        lock (_gate)
        {
            var session = new ListenerSession(listener, OptionsOf(listener));
            _sessions.Add(session);
            return session;
        }
    }

    private SmtpServerState WithRates(SmtpServerState server, IReadOnlyList<SmtpRateLimit> limits) =>
        server with { Rates = _sharing.NewLimiter(limits) };

    private SmtpListenerOptions OptionsOf(ListenerOptions listener) => new()
    {
        Tls = listener.Tls switch
        {
            ListenerTls.Off => SmtpTlsMode.Off,
            ListenerTls.Require => SmtpTlsMode.Require,
            ListenerTls.Implicit => SmtpTlsMode.Implicit,
            _ => SmtpTlsMode.StartTls,
        },
        TlsOptions = _certificates.IsEmpty ? null : name => _certificates.OptionsFor(name, listener.AskForCertificate),
        Ciphers = _certificates.CiphersFor,
        ProxyProtocol = listener.ProxyProtocol,
        Authenticator = listener.Mode is SmtpListenerMode.Submission or SmtpListenerMode.Odmr && _hasUsers ? _users : null,
        CramMd5 = listener.CramMd5,
        RequireAuthentication = listener.Mode == SmtpListenerMode.Submission,
    };
}

/// <summary>A bound listener, with the options of its next session.</summary>
internal sealed class ListenerSession(ListenerOptions listener, SmtpListenerOptions options)
{
    private SmtpListenerOptions _options = options;

    public ListenerOptions Listener => listener;

    public SmtpListenerOptions Options
    {
        get => Volatile.Read(ref _options);
        set => Volatile.Write(ref _options, value);
    }
}
