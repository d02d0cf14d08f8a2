using System.Diagnostics.Metrics;
using System.Reflection;
using InboundBridge.Api;
using InboundBridge.Certificates;
using InboundBridge.Configuration.Options;
using InboundBridge.Explaining;
using InboundBridge.Hosting.Destinations;
using InboundBridge.Hosting.Listening;
using InboundBridge.Hosting.Users;
using InboundBridge.Http;
using InboundBridge.Http.Access;
using InboundBridge.Http.Connections;
using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Delivery.Webhook.Signing;
using InboundBridge.MailFlow.Delivery.Webhook.Transport;
using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Reception;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Metrics;
using InboundBridge.Operations;
using InboundBridge.Setup;
using InboundBridge.Setup.Reloading;
using InboundBridge.Smtp.Polling;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Limits;

namespace InboundBridge.Hosting;

/// <summary>Everything the appliance is made of, made in order and taken apart in the opposite one.</summary>
internal sealed class ApplianceParts : IAsyncDisposable
{
    /// <summary>Longer than any receiver takes to fetch what it was told of, and shorter than mail is kept by default.</summary>
    public static readonly TimeSpan LinkLifetime = TimeSpan.FromDays(3);

    private static readonly TimeSpan QueueStartPause = TimeSpan.FromSeconds(1);

    private readonly Stack<IAsyncDisposable> _owned = new();

    private readonly CancellationTokenSource _stopping = new();
    private MetricsCollector _metrics = null!;
    private DestinationTargets _targets = null!;
    private WebhookServices _webhooks = null!;
    private CertificateStore _certificates = null!;
    private byte[] _linkKey = null!;
    private UserDirectory _users = null!;
    private ILoggerFactory _logs = null!;
    private ApplianceSetup _setup = null!;

    private ApplianceParts(TimeProvider clock) => Clock = clock;

    public static string Version { get; } =
        typeof(ApplianceParts).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    public TimeProvider Clock { get; }

    public ReadyState Ready { get; } = new();

    /// <summary>Cancelled when the appliance begins to stop: what goes on for ever ends then.</summary>
    public CancellationToken Stopping => _stopping.Token;

    public IMailSpool Spool { get; private set; } = null!;

    public MailQueue Queue { get; private set; } = null!;

    /// <summary>Signs links by the public URL in force.</summary>
    public LinkSigner Links => Volatile.Read(ref _webhooks).Links!;

    public ApiAccess Access { get; private set; } = null!;

    public HttpConnections HttpConnections { get; private set; } = null!;

    public ConfiguredResolver Resolver { get; private set; } = null!;

    /// <summary>The certificates in force, without TLS an empty set of them.</summary>
    public CertificateStore Certificates => _certificates;

    /// <summary>What webhooks share.</summary>
    public WebhookServices Webhooks => Volatile.Read(ref _webhooks);

    public DestinationTargets Targets => _targets;

    public UserDirectory Users => _users;

    public SmtpConnections Connections { get; private set; } = null!;

    public ConfigurationMetrics Configuration { get; private set; } = null!;

    public ReceptionServices Reception { get; private set; } = null!;

    public ShadowComparison Shadow { get; private set; } = null!;

    /// <exception cref="ApplianceStartException">The spool or a certificate can't be used.</exception>
    public static async Task<ApplianceParts> CreateAsync(ApplianceSetup setup, ILoggerFactory logs, TimeProvider clock, CancellationToken cancellationToken)
    {
        var parts = new ApplianceParts(clock);
        try
        {
            await parts.MakeAsync(setup, logs, cancellationToken);
            return parts;
        }
        catch (Exception exception)
        {
            await parts.DisposeAsync();
            if (exception is IOException or UnauthorizedAccessException or CertificateException)
                throw new ApplianceStartException(exception.Message, exception);
            throw;
        }
    }

    /// <summary>Set once it runs; null where there is nothing to read again (the demo).</summary>
    public Reloader? Reloader { get; set; }

    /// <summary>Puts a checked configuration in force: destinations first, since the new rules may name them.</summary>
    public void Apply(ApplianceSetup setup)
    {
        var options = setup.Options;
        var webhooks = ServicesFor(options);
        // What may still fail comes first, and changes nothing.
        var policy = setup.ToPolicy(Clock, webhooks);
        Queue.ReplaceDestinations(_targets.Create(options.Destinations, webhooks), options.Delivery.Workers);
        Volatile.Write(ref _webhooks, webhooks);
        Volatile.Write(ref _setup, setup);
        Reception.CurrentPolicy = policy;
        _certificates.Replace(options.Tls, setup.Certificates);
        _users.Replace(setup.Users);
        Connections.Replace(options);
        Resolver.Replace(options.Dns);
        Spool.Replace(options.Spool);
        Access.Replace(options.Http);
        HttpConnections.Replace(options.Http.Limits);
        Configuration.ConfigurationIs(setup.Options.Version);
    }

    /// <summary>The configuration in force.</summary>
    public ApplianceSetup Setup => Volatile.Read(ref _setup);

    /// <summary>Explains by what is in force at this moment.</summary>
    public MailExplainer CreateExplainer()
    {
        var (setup, policy) = (Setup, Reception.CurrentPolicy);
        return new MailExplainer(setup.Options, policy with { Routing = policy.Routing with { Evaluator = setup.SpareEvaluator } }, _targets.Preview, Clock) { HidesSignatures = true };
    }

    public IReadOnlyList<string> ConfiguredDestinations() => [.. Setup.Options.Destinations.Select(destination => destination.Name)];

    /// <summary>Those of the configuration, and those that something in the spool is for.</summary>
    public IReadOnlyList<string> KnownDestinations() =>
        [.. ConfiguredDestinations().Union(Spool.Totals.Deliveries.Select(tally => tally.Destination), StringComparer.Ordinal).Where(name => name.Length > 0)];

    /// <summary>What goes before the routes.</summary>
    public void UseHttp(IApplicationBuilder application) => new HttpPipeline(Access, _logs.CreateLogger<HttpPipeline>()).Use(application);

    public void MapHttp(IEndpointRouteBuilder routes)
    {
        var api = new ApiRoutes(this, Access, new ApiAudit(_logs.CreateLogger<ApiAudit>()));
        HealthEndpoints.Map(routes, Ready, Spool);
        routes.MapGet("/metrics", api.Metrics(new MetricsEndpoint(_metrics)));
        api.Map(routes);
    }

    /// <summary>Goes on with what is in the spool, at once or when a spool whose disk is full has opened.</summary>
    public Task StartQueueAsync(CancellationToken cancellationToken)
    {
        if (Spool is not WaitingSpool { IsOpen: false } waiting)
            return Queue.StartAsync(cancellationToken);
        _ = StartQueueLaterAsync(waiting);
        return Task.CompletedTask;
    }

    public void BeginStop() => _stopping.Cancel();

    public async ValueTask DisposeAsync()
    {
        _stopping.Dispose();
        while (_owned.TryPop(out var part))
            await part.DisposeAsync();
    }

    private async Task MakeAsync(ApplianceSetup setup, ILoggerFactory logs, CancellationToken cancellationToken)
    {
        var options = setup.Options;
        (_logs, _setup) = (logs, setup);
        // First of all, so that no measurement is missed.
        _metrics = Own(new MetricsCollector());
        Configuration = Own(new ConfigurationMetrics(Version));
        Configuration.ConfigurationIs(options.Version);
        var meter = Own(new Meter(MetricsCollector.MeterName));
        _certificates = Own(new CertificateStore(options.Tls, meter, Clock, logs.CreateLogger<CertificateStore>(), setup.Certificates));
        var spoolLog = logs.CreateLogger<SpoolOptions>();
        Spool = await WaitingSpool.OpenAsync(options.Spool, Clock, spoolLog, cancellationToken);
        _owned.Push(Spool);
        _linkKey = LinkKey.ReadOrMake(options.Spool.Path, spoolLog);
        _webhooks = new WebhookServices
        {
            Connections = Own(new WebhookConnections(Clock, PollingThread.Enable)),
            Links = LinksFor(options.Http.PublicUrl),
            Mime = options.Smtp.Mime,
            Clock = Clock,
            Version = Version,
            TemporaryFolder = options.Spool.Path,
        };
        var jitter = new Random(Environment.TickCount);
        Queue = new MailQueue(Spool, Clock, jitter, logs.CreateLogger<MailQueue>(), new MailQueueOptions { Workers = options.Delivery.Workers });
        _owned.Push(Queue);
        Resolver = new ConfiguredResolver(options.Dns, Clock);
        _targets = new DestinationTargets(Resolver, Clock, logs);
        Queue.ReplaceDestinations(_targets.Create(options.Destinations, _webhooks));
        var ids = new MessageIdSource(Clock);
        var routing = new RoutingLog(logs.CreateLogger<RoutingLog>());
        Shadow = new ShadowComparison(Spool, new ShadowMetrics(meter), routing);
        _owned.Push(Shadow);
        Reception = new ReceptionServices(
            Spool,
            Queue,
            new MailRouter(ids, Clock, routing),
            ids,
            Clock,
            new ReceptionMetrics(meter),
            new ReceptionLog(logs.CreateLogger<ReceptionLog>()),
            setup.ToPolicy(Clock, _webhooks))
        {
            Shadow = Shadow,
        };
        _users = Own(new UserDirectory(setup.Users, _linkKey));
        var server = new SmtpServerState(Clock, new SmtpServerMetrics(meter), new SmtpSessionLog(logs.CreateLogger<SmtpSessionLog>()));
        Connections = new SmtpConnections(options, _certificates, _users, Reception, server);
        Access = Own(new ApiAccess(options.Http, new TokenCheck(Clock), new AccessLog(meter, Clock, logs.CreateLogger<AccessLog>())));
        HttpConnections = new HttpConnections(options.Http.Limits);
    }

    private LinkSigner LinksFor(Uri? publicUrl) => new(publicUrl, _linkKey, LinkLifetime, Clock);

    /// <summary>The same object where nothing changed: then webhooks keep their targets.</summary>
    private WebhookServices ServicesFor(ApplianceOptions next) =>
        next.Http.PublicUrl == _setup.Options.Http.PublicUrl && next.Smtp.Mime == _webhooks.Mime
            ? _webhooks
            : _webhooks with { Links = LinksFor(next.Http.PublicUrl), Mime = next.Smtp.Mime };

    private async Task StartQueueLaterAsync(WaitingSpool waiting)
    {
        var stopping = _stopping.Token;
        try
        {
            await waiting.Opened.WaitAsync(stopping);
            while (true)
            {
                try
                {
                    await Queue.StartAsync(stopping);
                    return;
                }
                catch (SpoolUnavailableException)
                {
                    // The spool has said why. It was open already, so it will be again.
                    await Task.Delay(QueueStartPause, Clock, stopping);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped before there was room: nothing was begun.
            return;
        }
    }

    private T Own<T>(T part)
        where T : IDisposable
    {
        _owned.Push(new Disposal(part));
        return part;
    }

    private sealed class Disposal(IDisposable part) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            part.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
