using System.Net;
using System.Text;
using InboundBridge.Configuration.Destinations;
using InboundBridge.MailFlow.Domains;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Reception;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.SenderAuthentication.Greylisting;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite;
using InboundBridge.MailFlow.Spool.Sqlite.Opening;
using InboundBridge.Rules;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using InboundBridge.UnitTests.MailFlow.Spool;
using InboundBridge.Yaml;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.MailFlow.Reception;

/// <summary>
/// A receiver with a real spool in a temporary folder. The queue is not started, so that tests can examine accepted messages.
/// </summary>
internal sealed class ReceptionFixture : IAsyncDisposable
{
    private readonly SpoolFolder _folder;
    private readonly MailQueue _queue;
    private readonly Greylist? _greylist;

    private ReceptionFixture(
        SpoolFolder folder, IMailSpool spool, FakeTimeProvider clock, RoutingPolicy routing, SmtpListenerMode mode, ILogger? log,
        bool greylist)
    {
        _folder = folder;
        Spool = spool;
        Shadow = new ShadowComparison(spool, new ShadowMetrics(Metrics), new RoutingLog(NullLogger<RoutingLog>.Instance));
        _queue = new MailQueue(spool, clock, new Random(1), NullLogger.Instance, new MailQueueOptions());
        _greylist = greylist ? new Greylist(spool, clock, new GreylistLog(NullLogger<GreylistLog>.Instance)) : null;
        var ids = new MessageIdSource(clock);
        var policy = new ReceptionPolicy
        {
            Hostname = "mx.example.com",
            Domains = new LocalDomains(
            ["example.com", "*.in.example.com"]),
            Routing = routing
        };
        Services = new ReceptionServices(
            spool,
            _queue,
            new MailRouter(ids, clock, new RoutingLog(NullLogger<RoutingLog>.Instance)),
            ids,
            clock,
            new ReceptionMetrics(Metrics),
            new ReceptionLog(new LogOf<ReceptionLog>(log ?? NullLogger.Instance)),
            policy)
        { Shadow = Shadow, Greylist = _greylist };
        Peer = new SmtpPeer("mx", mode, new IPEndPoint(IPAddress.Parse("192.0.2.1"), 40000), new IPEndPoint(
            IPAddress.Loopback, 25))
        { Helo = "client.example", Esmtp = true };
        Receiver = new MailReceiver(Peer, Services);
    }

    public FakeTimeProvider Clock { get; private init; } = new(FakeTime.Start);

    public IMailSpool Spool { get; }

    public MailQueue Queue => _queue;

    public ReceptionServices Services { get; }

    public ShadowComparison Shadow { get; }

    public MetricRegistry Metrics { get; } = new();

    public SmtpPeer Peer { get; }

    public MailReceiver Receiver { get; }

    /// <param name="rules">The text of a rule file; destinations <c>hook</c>, <c>other</c> and <c>boxes</c> exist.</param>
    /// <param name="shadow">The text of the shadow rules.</param>
    public static async Task<ReceptionFixture> CreateAsync(
        string rules, RulesDefault? otherwise = null, SmtpListenerMode mode = SmtpListenerMode.Mx, string? shadow = null, Func<string,
        SpoolInternals>? internals = null, ILogger? log = null, bool greylist = false)
    {
        var clock = new FakeTimeProvider(FakeTime.Start);
        var folder = new SpoolFolder();
        var spool = await SqliteMailSpool.OpenAsync(new SpoolOptions { Path = folder.Path }, internals?.Invoke(folder.Path)
            ?? new SpoolInternals(), clock, NullLogger.Instance, CancellationToken.None);
        var routing = new RoutingPolicy
        {
            Rules = Load(rules, otherwise),
            Evaluator = new RuleEvaluator(),
            Default = otherwise ?? new RulesDefault.Reject(),
            ConfigVersion = "test",
            Shadow = shadow is null ? null : new ShadowRules(Load(shadow, otherwise), new RuleEvaluator()),
        };
        return new ReceptionFixture(folder, spool, clock, routing, mode, log, greylist) { Clock = clock };
    }

    private static RuleSet Load(string rules, RulesDefault? otherwise)
    {
        var problems = new SourceProblems();
        var environment = new RuleSetEnvironment
        {
            Kinds = DestinationKinds.ForRules,
            Destinations = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["hook"] = "webhook",
                ["other"] = "webhook",
                ["boxes"] = "lmtp",
            },
            DefaultRefusal = otherwise is null ? RuleRefusalKind.Reject : null,
        };
        var set = RuleSetLoader.Load([new RuleFile("rules.yaml", rules)], environment, problems);
        Assert.DoesNotContain(problems.Items, problem => !problem.IsWarning);
        return set!;
    }

    public async Task<SmtpReply> MailAsync(string sender = "al@customer.example", long? size = null) =>
        await Receiver.MailAsync(new MailCommand(sender.Length == 0 ? null : Address(sender)) { Size = size }, CancellationToken.None);

    public async Task<SmtpReply> RcptAsync(string recipient) =>
        await Receiver.RcptAsync(new RcptCommand(Address(recipient)), CancellationToken.None);

    public async Task<IReadOnlyList<SmtpReply>> DataAsync(string mail, int chunk = int.MaxValue) =>
        await Receiver.DataAsync(Body = new TextBody(mail.ReplaceLineEndings("\r\n"), chunk), CancellationToken.None);

    public TextBody Body { get; private set; } = new(string.Empty, 1);

    /// <summary>Runs a whole transaction and returns the reply to its data.</summary>
    public async Task<SmtpReply> SendAsync(string mail, params string[] recipients)
    {
        Assert.True((await MailAsync()).IsPositive);
        foreach (var recipient in recipients)
            Assert.True((await RcptAsync(recipient)).IsPositive);
        var replies = await DataAsync(mail);
        Receiver.Reset();
        return Assert.Single(replies);
    }

    public async Task<IReadOnlyList<SpooledDelivery>> DeliveriesAsync() =>
        [.. (await Spool.ListDeliveriesAsync(new DeliveryFilter(), null, 100, CancellationToken.None)).Items.OrderBy(
            delivery => delivery.Id, StringComparer.Ordinal)];

    public async Task<string> StoredAsync(string messageId)
    {
        using var content = await Spool.OpenContentAsync(messageId, CancellationToken.None);
        var octets = new byte[content!.Length];
        for (int at = 0, count; (count = content.Read(at, octets.AsSpan(at))) > 0;)
            at += count;
        return Encoding.UTF8.GetString(octets);
    }

    public async ValueTask DisposeAsync()
    {
        await Receiver.DisposeAsync();
        await Shadow.DisposeAsync();
        await _queue.DisposeAsync();
        if (_greylist is not null)
            await _greylist.DisposeAsync();
        await Spool.DisposeAsync();
        _folder.Dispose();
    }

    private static SmtpAddress Address(string text) => SmtpAddress.FromText(text);
}

/// <summary>A message body that is read in pieces of a chosen size; counts the octets that were read.</summary>
internal sealed class TextBody(string text, int chunk) : SmtpBody
{
    private readonly byte[] _octets = Encoding.UTF8.GetBytes(text);

    public int Taken { get; private set; }

    public SmtpReply? RefusedWith { get; set; }

    public override SmtpReply? Refusal => RefusedWith;

    public override bool Normalized => false;

    public override ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        var count = Math.Min(Math.Min(destination.Length, chunk), _octets.Length - Taken);
        _octets.AsMemory(Taken, count).CopyTo(destination);
        Taken += count;
        return ValueTask.FromResult(count);
    }
}
