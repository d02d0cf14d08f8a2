using System.Net;
using InboundBridge.Certificates;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Options;
using InboundBridge.Hosting.Listening;
using InboundBridge.Http.Connections;
using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Disk;
using InboundBridge.Setup;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace InboundBridge.Hosting;

/// <summary>
/// The whole product in one process: spool, queue, listeners, HTTP. Starts whole or not at all; stops in the order that loses nothing: no new mail, then
/// finish what is being received, then what is being delivered, then the spool.
/// </summary>
internal sealed class Appliance : IAsyncDisposable
{
    /// <summary>How long a stop waits for sessions in DATA, and again for attempts under way. Service managers usually give 90 s in all.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(30);

    /// <summary>Octets that have arrived on a connection and that nobody has read yet.</summary>
    private const int MostUnread = 256 * 1024;

    /// <summary>For a request's line and fields, from its first octet on; also for a new connection's first octet.</summary>
    private static readonly TimeSpan HeaderTime = TimeSpan.FromSeconds(15);

    /// <summary>Between two requests: longer than the minute after which proxies reuse a connection no more.</summary>
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(75);

    /// <summary>Octets a second, after a grace: who sends more slowly holds a connection for nothing.</summary>
    private static readonly MinDataRate SlowestBody = new(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(10));

    private readonly WebApplication _web;
    private readonly ApplianceParts _parts;
    private readonly SmtpEndpoints _smtp;
    private readonly List<ListenOptions> _http;
    private bool _stopped;

    private Appliance(WebApplication web, ApplianceParts parts, SmtpEndpoints smtp, List<ListenOptions> http)
    {
        _web = web;
        _parts = parts;
        _smtp = smtp;
        _http = http;
    }

    /// <summary>Where it listens, real ports included.</summary>
    public IReadOnlyList<BoundEndpoint> Endpoints => [.. _smtp.Bound, .. _http.Select(bound => BoundEndpoint.Of("http", bound == _http[0] ? "http" : "public", bound))];

    public ApplianceParts Parts => _parts;

    /// <exception cref="ApplianceStartException">Something outside of the configuration is in the way: a port, the disk, a certificate.</exception>
    public static async Task<Appliance> StartAsync(ApplianceSetup setup, ILoggerFactory logs, TimeProvider clock, CancellationToken cancellationToken)
    {
        // Before anything is written: all that the appliance writes is mail, or the key to it.
        PrivateFiles.SetMask();
        RefuseIfUnbindable(setup.Options);
        var parts = await ApplianceParts.CreateAsync(setup, logs, clock, cancellationToken);
        WebApplication? web = null;
        try
        {
            var smtp = new SmtpEndpoints();
            var http = new List<ListenOptions>();
            web = Build(setup.Options, parts, smtp, http, logs);
            parts.UseHttp(web);
            // Here, and not where the framework would put it: before it, HEAD becomes GET.
            web.UseRouting();
            parts.MapHttp(web);
            await parts.StartQueueAsync(cancellationToken);
            await web.StartAsync(cancellationToken);
            parts.Ready.Listening = true;
            return new Appliance(web, parts, smtp, http);
        }
        catch (Exception exception)
        {
            if (web is not null)
                await web.DisposeAsync();
            await parts.DisposeAsync();
            if (exception is IOException or System.Net.Sockets.SocketException)
                throw new ApplianceStartException(exception.Message, exception);
            throw;
        }
    }

    public async Task StopAsync()
    {
        if (_stopped)
            return;
        _stopped = true;
        _parts.Ready.Listening = false;
        _parts.BeginStop();
        using var receiving = new CancellationTokenSource(DrainTime, _parts.Clock);
        await _web.StopAsync(receiving.Token);
        await _parts.Queue.StopAsync(DrainTime);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _web.DisposeAsync();
        await _parts.DisposeAsync();
    }

    /// <summary>The web server without anything to listen on.</summary>
    public static WebApplicationBuilder CreateBuilder(ILoggerFactory logs, TimeProvider clock)
    {
        // Empty on purpose: no environment variable or file but our own configuration decides what is listened on.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton(clock);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore();
        builder.Services.Configure<SocketTransportOptions>(sockets =>
        {
            // A peer that is silent costs 4 KB, and each line of one that speaks a system call less.
            sockets.WaitForDataBeforeAllocatingBuffer = false;
            // A peer that goes on while its session waits for something else (a look-up, a service, a commit) costs this, and Kestrel would take a megabyte.
            sockets.MaxReadBufferSize = MostUnread;
            // Linux: the sockets' events run on the thread pool already, one beside the other, and a second hop would be for nothing.
            sockets.UnsafePreferInlineScheduling = OperatingSystem.IsLinux();
        });
        return builder;
    }

    /// <summary>The web server would name an address and no key, and write a stack trace. Somebody may still be quicker than its own bind.</summary>
    private static void RefuseIfUnbindable(ApplianceOptions options)
    {
        var obstacles = StartChecks.Listeners(options)
            .Select(listener => ListenerProbe.Try(listener.Address) is { } obstacle ? $"{obstacle.Text(listener.Key, listener.Name)} ({obstacle.Remedy})" : null)
            .OfType<string>()
            .ToList();
        if (obstacles.Count > 0)
            throw new ApplianceStartException(string.Join("; ", obstacles));
    }

    private static WebApplication Build(ApplianceOptions options, ApplianceParts parts, SmtpEndpoints smtp, List<ListenOptions> http, ILoggerFactory logs)
    {
        var builder = CreateBuilder(logs, parts.Clock);
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = new ListenSockets(options.Smtp.Listeners).Create);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.RequestHeadersTimeout = HeaderTime;
            kestrel.Limits.KeepAliveTimeout = IdleTime;
            kestrel.Limits.MinRequestBodyDataRate = SlowestBody;
            smtp.Add(kestrel, options.Smtp.Listeners, parts.Connections);
            ListenHttp(kestrel, options.Http.Listen, parts, http, options.Http.ListenTls ? parts.Certificates : null);
            if (options.Http.PublicListen is { } address)
                ListenHttp(kestrel, address, parts, http, certificates: null, PublicSide.Instance);
        });
        return builder.Build();
    }

    private static void ListenHttp(
        KestrelServerOptions kestrel, EndPoint address, ApplianceParts parts, List<ListenOptions> http, CertificateStore? certificates, PublicSide? side = null) =>
        SmtpEndpoints.ListenOn(kestrel, address, endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http1;
            endpoint.Use(next => connection =>
            {
                if (side is not null)
                    connection.Features.Set(side);
                return parts.HttpConnections.ServeAsync(connection, next);
            });
            if (certificates is not null)
                endpoint.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = hello => ValueTask.FromResult(certificates.OptionsFor(hello.ClientHelloInfo.ServerName)) });
            http.Add(endpoint);
        });
}

/// <summary>What keeps the appliance from starting, in words for the operator.</summary>
internal sealed class ApplianceStartException(string message, Exception? inner = null) : Exception(message, inner);
