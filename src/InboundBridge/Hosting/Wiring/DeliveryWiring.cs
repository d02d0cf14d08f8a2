using InboundBridge.Configuration.Options;
using InboundBridge.Hosting.Destinations;
using InboundBridge.MailFlow.Bounces;
using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Delivery.Webhook.Signing;
using InboundBridge.MailFlow.Delivery.Webhook.Transport;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.SecureMail;
using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.TransportSecurity;
using InboundBridge.MailFlow.TransportSecurity.Reports;
using InboundBridge.Setup;
using InboundBridge.Smtp.Polling;

namespace InboundBridge.Hosting.Wiring;

/// <summary>The queue, the destinations that it delivers to, and what they share.</summary>
internal sealed partial class DeliveryWiring : IAsyncDisposable
{
    /// <summary>Longer than any receiver takes to fetch a linked attachment, and not longer than mail is kept by default.</summary>
    public static readonly TimeSpan LinkLifetime = TimeSpan.FromDays(3);

    private static readonly TimeSpan QueueStartPause = TimeSpan.FromSeconds(1);

    private readonly SpoolWiring _spool;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly WebhookConnections _connections;
    private Uri? _publicUrl;
    private WebhookServices _webhooks;

    public DeliveryWiring(ApplianceSetup setup, MetricsWiring metrics, SpoolWiring spool, ILoggerFactory logs, TimeProvider clock)
    {
        var options = setup.Options;
        (_spool, _clock, _publicUrl, _log) = (spool, clock, options.Http.PublicUrl, logs.CreateLogger<DeliveryWiring>());
        _connections = new WebhookConnections(clock, PollingThread.Enable);
        _webhooks = new WebhookServices
        {
            Connections = _connections,
            Links = LinksFor(options.Http.PublicUrl),
            Mime = options.Smtp.Mime,
            SecureMail = setup.SecureMail,
            Clock = clock,
            Version = ProductVersion.Text,
            TemporaryFolder = options.Spool.Path,
        };
        var jitter = new Random(Environment.TickCount);
        Queue = new MailQueue(
            spool.Spool, clock, jitter, logs.CreateLogger<MailQueue>(),
            new MailQueueOptions { Workers = options.Delivery.Workers, AskKey = spool.Keys.Asks },
            metrics.Registry);
        Bounces = new DeliveryBounces(
            spool.Spool, clock, new BounceMetrics(metrics.Registry), logs.CreateLogger<DeliveryBounces>(), BouncesOf(options));
        Queue.Hooks = Bounces.Hooks;
        Resolver = new ConfiguredResolver(
            options.Dns, clock, new DnsMetrics(metrics.Registry), new DnsOutage(clock, logs.CreateLogger<DnsOutage>()));
        var results = new TlsResults(spool.Spool, clock);
        var transport = new TransportServices(spool.Spool, logs) { Metrics = new TransportMetrics(metrics.Registry), Results = results };
        Targets = new DestinationTargets(Resolver, transport, clock, logs);
        Queue.ReplaceDestinations(Targets.Create(options.Destinations, _webhooks, setup.Transforms));
        TlsReports = new TlsReportWiring(options, results, Resolver, Queue, spool.Spool, logs, clock);
    }

    public MailQueue Queue { get; }

    public DeliveryBounces Bounces { get; }

    public ConfiguredResolver Resolver { get; }

    public DestinationTargets Targets { get; }

    public TlsReportWiring TlsReports { get; }

    /// <summary>The services that webhooks share.</summary>
    public WebhookServices Webhooks => Volatile.Read(ref _webhooks);

    /// <summary>Signs links by the public URL in force.</summary>
    public LinkSigner Links => Webhooks.Links!;

    /// <summary>
    /// The services that webhooks share under another configuration. The same object if
    /// nothing changes for them: they then keep their targets.
    /// </summary>
    public WebhookServices ServicesFor(ApplianceOptions next, SecureMailKeys? secureMail) =>
        next.Http.PublicUrl == _publicUrl && next.Smtp.Mime == _webhooks.Mime && secureMail?.Digest == _webhooks.SecureMail?.Digest
        ? _webhooks
        : _webhooks with { Links = LinksFor(next.Http.PublicUrl), Mime = next.Smtp.Mime, SecureMail = secureMail };

    /// <param name="webhooks">From <see cref="ServicesFor"/>.</param>
    public void Replace(ApplianceSetup setup, WebhookServices webhooks)
    {
        var next = setup.Options;
        Queue.ReplaceDestinations(Targets.Create(next.Destinations, webhooks, setup.Transforms), next.Delivery.Workers);
        Bounces.Replace(BouncesOf(next));
        TlsReports.Replace(next);
        _publicUrl = next.Http.PublicUrl;
        Volatile.Write(ref _webhooks, webhooks);
    }

    /// <summary>Starts delivering the spool's mail: at once, or as soon as the spool opens if it can't be opened yet.</summary>
    public Task StartAsync(CancellationToken cancellationToken, CancellationToken stopping)
    {
        if (_spool.Spool is not WaitingSpool { IsOpen: false } waiting)
            return Queue.StartAsync(cancellationToken);
        _ = StartLaterAsync(waiting, stopping);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await TlsReports.DisposeAsync();
        await Queue.DisposeAsync();
        _connections.Dispose();
    }

    private static BounceOptions BouncesOf(ApplianceOptions options) => options.Delivery.Bounces with
    {
        Hostname = options.Hostname,
        Postmaster = PostmasterCheck.AddressOf(options),
    };

    private LinkSigner LinksFor(Uri? publicUrl) => new(publicUrl, _spool.Keys.Links, LinkLifetime, _clock);

    private async Task StartLaterAsync(WaitingSpool waiting, CancellationToken stopping)
    {
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
                catch (Exception fault) when (fault is not OperationCanceledException || !stopping.IsCancellationRequested)
                {
                    // A spool that is away has logged why. It was open before, so it will open again.
                    if (fault is not SpoolUnavailableException)
                        NotStarted(fault);
                    await Task.Delay(QueueStartPause, _clock, stopping);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped before the spool was open: no delivery was started.
            return;
        }
    }

    /// <summary>Nobody waits for a start that comes later, so nobody else would tell.</summary>
    [LoggerMessage(
        EventId = 2210, EventName = "deliveries_not_started", Level = LogLevel.Error, Message =
        "deliveries could not be started; it is tried again")]
    private partial void NotStarted(Exception fault);
}
