using System.Net;
using InboundBridge.Acme.Challenges;
using InboundBridge.Certificates;
using InboundBridge.Configuration.Options;
using InboundBridge.Http.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace InboundBridge.Hosting.Listening;

/// <summary>Kestrel with our limits, as the server of SMTP and HTTP.</summary>
internal static class WebServer
{
    /// <summary>Octets that have arrived on a connection and that its session has not read yet.</summary>
    private const int MostUnread = 256 * 1024;

    /// <summary>For a request's line and fields, from its first octet on; also for a new connection's first octet.</summary>
    private static readonly TimeSpan HeaderTime = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Between two requests. Proxies stop reusing a connection after a minute; ours stays
    /// open longer, so that they don't write into a closed one.
    /// </summary>
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(75);

    /// <summary>Octets a second, after a grace: a client that sends more slowly holds a connection for nothing (Slowloris).</summary>
    private static readonly MinDataRate SlowestBody = new(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(10));

    /// <summary>
    /// Connections to <c>tls.acme.listen</c>. An authority opens a few for each name; whoever floods the address takes none from the API.
    /// </summary>
    private static readonly HttpLimits ChallengeLimits = new() { Connections = 200, ConnectionsPerClient = 50 };

    /// <summary>Kestrel with what it needs, as services. It does not listen on any address yet.</summary>
    public static ServiceCollection CreateServices(ILoggerFactory logs, TimeProvider clock)
    {
        var services = KestrelServices.Create(logs, clock);
        services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
        services.Configure<SocketTransportOptions>(sockets =>
        {
            // A read buffer is rented before data arrives: a silent peer costs 4 KB, but each
            // line of a speaking one costs one system call less.
            sockets.WaitForDataBeforeAllocatingBuffer = false;
            // A peer that keeps sending while its session waits for a look-up or a commit can
            // make us buffer this much. Kestrel's default is 1 MB.
            sockets.MaxReadBufferSize = MostUnread;
            // On Linux socket events already run on the thread pool, so a second hop to it would gain nothing.
            sockets.UnsafePreferInlineScheduling = OperatingSystem.IsLinux();
        });
        return services;
    }

    /// <param name="http">Gets the endpoints of HTTP, <c>http.listen</c> first.</param>
    /// <param name="certificates">For <c>http.listen</c> with TLS.</param>
    /// <param name="answers">To the challenges that arrive at <c>tls.acme.listen</c>.</param>
    /// <param name="answer">Adds the steps that answer an HTTP request.</param>
    public static ListeningServer Build(
        ApplianceOptions options,
        SmtpEndpoints smtp,
        SmtpConnections sessions,
        HttpConnections connections,
        CertificateStore certificates,
        ChallengeAnswers answers,
        List<HttpEndpoint> http,
        Action<IApplicationBuilder> answer,
        ILoggerFactory logs,
        TimeProvider clock)
    {
        var services = CreateServices(logs, clock);
        services.Configure<SocketTransportOptions>(
            sockets => sockets.CreateBoundListenSocket = new ListenSockets(options.Smtp.Listeners).Create);
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.Limits.RequestHeadersTimeout = HeaderTime;
            kestrel.Limits.KeepAliveTimeout = IdleTime;
            kestrel.Limits.MinRequestBodyDataRate = SlowestBody;
            smtp.Add(kestrel, options.Smtp.Listeners, sessions);
            var acme = options.Tls.Acme;
            var alpn = acme?.Challenge == AcmeChallengeKind.TlsAlpn01 ? new AlpnListener(answers, clock) : null;
            var isShared = acme is not null && options.IsOnHttp(acme);
            Add("http", options.Http.Listen, endpoint => HttpOn(
                endpoint, connections, side: null, options.Http.ListenTls ? certificates : null, isShared ? alpn : null));
            if (options.Http.PublicListen is { } address)
                Add("public", address, endpoint => HttpOn(endpoint, connections, PublicSide.Instance, certificates: null, alpn: null));
            if (acme is not null && !isShared)
                Add("acme", acme.ListenOn, endpoint => ChallengesOn(endpoint, new HttpConnections(ChallengeLimits), alpn));

            void Add(string name, EndPoint at, Action<ListenOptions> configure) => SmtpEndpoints.ListenOn(kestrel, at, endpoint =>
            {
                configure(endpoint);
                http.Add(new HttpEndpoint(name, endpoint));
            });
        });
        return new ListeningServer(services.BuildServiceProvider(), new HttpApplication(answer, logs, clock));
    }

    private static void HttpOn(
        ListenOptions endpoint, HttpConnections connections, PublicSide? side, CertificateStore? certificates, AlpnListener? alpn)
    {
        endpoint.Protocols = HttpProtocols.Http1;
        endpoint.Use(next => connection =>
        {
            if (side is not null)
                connection.Features.Set(side);
            return connections.ServeAsync(connection, next);
        });
        if (certificates is null)
            return;
        if (alpn is not null)
            endpoint.Use(next => connection => alpn.LookAsync(connection, next, isShared: true));
        endpoint.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = hello => ValueTask.FromResult(
                AlpnListener.OptionsFor(hello.Connection) ?? certificates.OptionsFor(hello.ClientHelloInfo.ServerName)),
        });
        endpoint.Use(next => connection => AlpnListener.EndAsync(connection, next));
    }

    /// <summary>A listener for nothing but the challenges of a certificates' authority.</summary>
    /// <param name="alpn">Null: challenges come by HTTP.</param>
    private static void ChallengesOn(ListenOptions endpoint, HttpConnections connections, AlpnListener? alpn)
    {
        endpoint.Protocols = HttpProtocols.Http1;
        endpoint.Use(next => connection =>
        {
            connection.Features.Set(ChallengeSide.Instance);
            return connections.ServeAsync(connection, next);
        });
        if (alpn is null)
            return;
        endpoint.Use(next => connection => alpn.LookAsync(connection, next, isShared: false));
        endpoint.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = hello => ValueTask.FromResult(AlpnListener.OptionsFor(hello.Connection)!),
        });
        endpoint.Run(_ => Task.CompletedTask);
    }
}

/// <param name="Name">http, public or acme.</param>
/// <param name="Bound">Its port is real once the server runs.</param>
internal sealed record HttpEndpoint(string Name, ListenOptions Bound);
