using InboundBridge.Api;
using InboundBridge.Api.Routing;
using InboundBridge.Certificates;
using InboundBridge.Hosting.Wiring;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Metrics;
using InboundBridge.Operations;
using InboundBridge.Operations.Status;
using InboundBridge.Setup;
using InboundBridge.Setup.Reloading;
using InboundBridge.Ui;
using InboundBridge.Ui.Layout;
using InboundBridge.Yaml;

namespace InboundBridge.Hosting;

/// <summary>
/// Everything of the appliance except the sockets that it listens on. Its parts are created in order, each from the ones before it, and
/// disposed in reverse order. Only <see cref="Appliance"/> sees all of it; every other class gets the parts that it needs.
/// </summary>
internal sealed class ApplianceCore : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _pieces;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TimeProvider _clock;
    private readonly ILoggerFactory _logs;

    private ApplianceCore(
        ApplianceSetup setup, ReloadSource? reload, MetricsWiring metrics, SpoolWiring spool, Stack<IAsyncDisposable> pieces,
        ILoggerFactory logs, TimeProvider clock)
    {
        (_pieces, _clock, _logs, Current, Metrics, Spool) = (pieces, clock, logs, new CurrentSetup(setup), metrics, spool);
        var options = setup.Options;
        Delivery = Own(new DeliveryWiring(setup, metrics, spool, logs, clock));
        Reception = Own(new ReceptionWiring(setup, metrics, spool.Spool, Delivery, logs, clock));
        Smtp = Own(new SmtpWiring(Current, metrics, Reception.Services, spool, logs, clock));
        Acme = Own(new AcmeWiring(options, Smtp.Certificates, metrics, logs, clock));
        Http = Own(new HttpWiring(options.Http, Acme.Answers, metrics, logs, clock));
        Reloader = reload is null ? null : new Reloader(
            reload, Current, Apply, WarnOfStrandedAsync, metrics.Configuration, clock, logs.CreateLogger<Reloader>());
        Notices = Own(new NoticeWiring(
            metrics, spool.Spool, Delivery, Smtp.Certificates, Acme, Reloader, Current, logs, clock));
        Nodes = Own(new NodeWiring(spool.Spool, Delivery.Queue.Owner, Current, Ready, metrics, logs, clock));
        Operations = Own(new OperationsWiring(
            metrics, spool.Spool, Delivery, Reception, Smtp, Nodes, Current, Ready, Reloader, reload?.Source, logs, clock)).Operations;
    }

    /// <summary>The configuration in force.</summary>
    public CurrentSetup Current { get; }

    public MetricsWiring Metrics { get; }

    public SpoolWiring Spool { get; }

    public DeliveryWiring Delivery { get; }

    public ReceptionWiring Reception { get; }

    public SmtpWiring Smtp { get; }

    public AcmeWiring Acme { get; }

    public HttpWiring Http { get; }

    public NoticeWiring Notices { get; }

    public NodeWiring Nodes { get; }

    public ApplianceOperations Operations { get; }

    /// <summary>Null where there is no configuration to read again.</summary>
    public Reloader? Reloader { get; }

    public ReadyState Ready { get; } = new();

    /// <summary>Other pages that the web UI leads to.</summary>
    public IReadOnlyList<UiLink> UiLinks { get; set; } = [];

    /// <param name="reload">Where a reload reads the configuration; null where there is nothing to read again.</param>
    /// <exception cref="ApplianceStartException">The spool or a certificate can't be used.</exception>
    public static async Task<ApplianceCore> CreateAsync(
        ApplianceSetup setup, ILoggerFactory logs, TimeProvider clock, CancellationToken cancellationToken, ReloadSource? reload = null)
    {
        var pieces = new Stack<IAsyncDisposable>();
        try
        {
            var metrics = new MetricsWiring(setup);
            var spool = await SpoolWiring.OpenAsync(setup.Options, metrics, logs, clock, cancellationToken);
            pieces.Push(spool);
            return new ApplianceCore(setup, reload, metrics, spool, pieces, logs, clock);
        }
        catch (Exception exception)
        {
            await DisposeAsync(pieces);
            if (exception is IOException or UnauthorizedAccessException or CertificateException)
                throw new ApplianceStartException(exception.Message, exception);
            throw;
        }
    }

    /// <summary>Adds the steps of every HTTP request, then the routes.</summary>
    public void UseHttp(IApplicationBuilder application)
    {
        Http.Use(application);
        // After our steps: otherwise HEAD could not be turned into GET before the framework looks for the route.
        application.UseRouting();
        application.UseEndpoints(MapHttp);
    }

    public void MapHttp(IEndpointRouteBuilder routes)
    {
        var gate = new ApiGate(Http.Access, () => Delivery.Links);
        HealthEndpoints.Map(routes, Ready, Spool.Spool);
        new MtaStsEndpoint(() => Current.Setup.Options.MtaSts, domain => Reception.Services.CurrentPolicy.Domains.Contains(domain))
            .Map(routes);
        routes.MapGet("/metrics", gate.ForMetrics(new MetricsEndpoint(Metrics.Registry)));
        var surroundings =
            new ApiSurroundings(_clock, () => Current.Setup.Options.Spool.Path, _stopping.Token);
        new ApiEndpoints(gate, Operations, surroundings).Map(routes);
        new UiEndpoints(new UiParts(Http.Access, Operations, surroundings, _logs, UiLinks)).Map(routes);
    }

    /// <summary>Starts delivering, and tells the other nodes of this one, and operators of what needs them.</summary>
    public Task StartQueueAsync(CancellationToken cancellationToken)
    {
        Nodes.Start();
        Notices.Rounds.Start();
        return Delivery.StartAsync(cancellationToken, _stopping.Token);
    }

    /// <summary>The listeners are open.</summary>
    public void Opened(IEnumerable<string> listeners)
    {
        Nodes.Self.Listeners = [.. listeners];
        Ready.Listening = true;
        Nodes.Changed();
    }

    /// <summary>Ends what would never end by itself: event streams, and a queue that waits for its spool.</summary>
    public void BeginStop()
    {
        (Ready.Listening, Ready.Stopping) = (false, true);
        Nodes.Changed();
        _stopping.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        Reloader?.Dispose();
        await DisposeAsync(_pieces);
        _stopping.Dispose();
    }

    private static async ValueTask DisposeAsync(Stack<IAsyncDisposable> pieces)
    {
        while (pieces.TryPop(out var piece))
            await piece.DisposeAsync();
    }

    /// <summary>Puts a checked configuration in force.</summary>
    private void Apply(ApplianceSetup setup)
    {
        var options = setup.Options;
        // Whatever can still fail comes first and changes nothing.
        var webhooks = Delivery.ServicesFor(options, setup.SecureMail);
        var policy = setup.ToPolicy(_clock, webhooks, Delivery.Resolver);
        // Destinations before rules: the new rules may name new destinations.
        Delivery.Replace(setup, webhooks);
        Current.Replace(setup);
        Nodes.Self.ConfigurationLoaded();
        Nodes.Changed();
        Reception.Services.CurrentPolicy = policy;
        Smtp.Replace(setup);
        Acme.Renewal.Replace(options.Tls.Acme);
        Delivery.Resolver.Replace(options.Dns);
        Spool.Spool.Replace(options.Spool);
        Http.Replace(options.Http);
        Metrics.Configuration.ConfigurationIs(options.Version);
    }

    /// <summary>Mail for a destination that the new configuration lacks waits, and nothing else reports it.</summary>
    private async Task WarnOfStrandedAsync(SourceProblems problems)
    {
        var file = new SourcePosition(Current.Setup.Options.File ?? "built-in defaults", 0, 0);
        try
        {
            foreach (var stranded in await Delivery.Queue.ListStrandedAsync(CancellationToken.None))
                problems.Warn(file, stranded.Text, stranded.Remedy);
        }
        catch (SpoolUnavailableException fault)
        {
            problems.Warn(file, $"mail for destinations that are not configured could not be looked for: {fault.Message}");
        }
    }

    private T Own<T>(T piece)
        where T : IAsyncDisposable
    {
        _pieces.Push(piece);
        return piece;
    }
}
