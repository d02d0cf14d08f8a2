using System.Net.Sockets;
using InboundBridge.Configuration.Options;
using InboundBridge.Hosting.Listening;
using InboundBridge.MailFlow.Spool.Disk;
using InboundBridge.Setup;
using InboundBridge.Setup.Reloading;
using InboundBridge.Ui.Layout;

namespace InboundBridge.Hosting;

/// <summary>
/// The whole product in one process: spool, queue, listeners, HTTP. It starts as a whole or not at all. It stops in
/// the order that loses nothing: first no new mail is accepted, then the mail that is being received is finished,
/// then the deliveries under way; the spool is closed last.
/// </summary>
internal sealed class Appliance : IAsyncDisposable
{
    /// <summary>
    /// How long a stop waits for sessions in DATA, and then again for attempts under way. Service managers usually give 90 s in all.
    /// </summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(30);

    private readonly ListeningServer _server;
    private readonly ApplianceCore _core;
    private readonly SmtpEndpoints _smtp;
    private readonly List<HttpEndpoint> _http;
    private readonly TimeProvider _clock;
    private bool _stopped;

    private Appliance(ListeningServer server, ApplianceCore core, SmtpEndpoints smtp, List<HttpEndpoint> http, TimeProvider clock)
    {
        _server = server;
        _core = core;
        _smtp = smtp;
        _http = http;
        _clock = clock;
    }

    /// <summary>The addresses that it listens on, with the actual ports.</summary>
    public IReadOnlyList<BoundEndpoint> Endpoints =>
        [.. _smtp.Bound, .. _http.Select(http => BoundEndpoint.Of("http", http.Name, http.Bound))];

    /// <summary>Why no mail would be accepted now, as <c>/readyz</c> says it; null when it would be.</summary>
    public string? Obstacle => _core.Ready.Obstacle(_core.Spool.Spool);

    /// <summary>Null where there is no configuration to read again.</summary>
    public Reloader? Reloader => _core.Reloader;

    /// <param name="reload">Where a reload reads the configuration; null where there is nothing to read again.</param>
    /// <param name="links">Other pages that the web UI leads to.</param>
    /// <exception cref="ApplianceStartException">A port, the disk or a certificate can't be used.</exception>
    public static async Task<Appliance> StartAsync(
        ApplianceSetup setup, ILoggerFactory logs, TimeProvider clock, CancellationToken cancellationToken, ReloadSource? reload = null,
        IReadOnlyList<UiLink>? links = null)
    {
        // Before any file is written: everything that the appliance writes is private, mail or keys.
        PrivateFiles.SetMask();
        RefuseIfUnbindable(setup.Options);
        var core = await ApplianceCore.CreateAsync(setup, logs, clock, cancellationToken, reload);
        core.UiLinks = links ?? [];
        ListeningServer? server = null;
        try
        {
            var (smtp, http) = (new SmtpEndpoints(), new List<HttpEndpoint>());
            server = WebServer.Build(
                setup.Options, smtp, core.Smtp.Connections, core.Http.Connections, core.Smtp.Certificates, core.Acme.Answers, http,
                core.UseHttp, logs, clock);
            await core.StartQueueAsync(cancellationToken);
            await server.StartAsync(cancellationToken);
            var appliance = new Appliance(server, core, smtp, http, clock);
            core.Opened(appliance.Endpoints.Select(endpoint => $"{endpoint.Kind} {endpoint.Name} {endpoint.Address}"));
            core.Acme.Renewal.Start();
            return appliance;
        }
        catch (Exception exception)
        {
            if (server is not null)
                await server.DisposeAsync();
            await core.DisposeAsync();
            if (exception is IOException or SocketException)
                throw new ApplianceStartException(exception.Message, exception);
            throw;
        }
    }

    public async Task StopAsync()
    {
        if (_stopped)
            return;
        _stopped = true;
        _core.BeginStop();
        using var receiving = new CancellationTokenSource(DrainTime, _clock);
        await _server.StopAsync(receiving.Token);
        await _core.Delivery.Queue.StopAsync(DrainTime);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _server.DisposeAsync();
        await _core.DisposeAsync();
    }

    /// <summary>
    /// Kestrel would name the address without the configuration's key, and log a stack trace. Another program may still take the port
    /// before Kestrel binds it.
    /// </summary>
    private static void RefuseIfUnbindable(ApplianceOptions options)
    {
        var obstacles = StartChecks.Listeners(options)
            .Select(listener => ListenerProbe.Try(listener.Address) is { } obstacle
                ? $"{obstacle.Text(listener.Key, listener.Name)} ({obstacle.Remedy})" : null)
            .OfType<string>()
            .ToList();
        if (obstacles.Count > 0)
            throw new ApplianceStartException(string.Join("; ", obstacles));
    }
}

/// <summary>Why the appliance can't start, in words for the operator.</summary>
internal sealed class ApplianceStartException(string message, Exception? inner = null) : Exception(message, inner);
