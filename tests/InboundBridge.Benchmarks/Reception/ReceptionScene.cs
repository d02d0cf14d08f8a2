using System.Net;
using InboundBridge.Benchmarks.EndToEnd;
using InboundBridge.Configuration.Options;
using InboundBridge.Logging;
using InboundBridge.MailFlow.Domains;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Reception;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Metrics;
using InboundBridge.Rules;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Limits;
using InboundBridge.Smtp.Server.Sessions;
using InboundBridge.Yaml;
using Microsoft.Extensions.Logging;

namespace InboundBridge.Benchmarks.Reception;

/// <summary>
/// Reception wired as in the appliance: policy, rules, metrics that are collected, and a log whose lines are formatted and discarded.
/// </summary>
internal sealed class ReceptionScene : IDisposable
{
    private readonly MetricRegistry _metrics = new();
    private readonly ApplianceLoggerProvider _lines = new(LogFormat.Text, TimeProvider.System, Stream.Null);
    private readonly LoggerFactory _loggers;
    private readonly SmtpServerOptions _options =
        new()
        {
            Hostname = "mx.example.com",
            Limits = new SmtpLimits { MessagesPerConnection = int.MaxValue, ConnectionsPerClient = 5000 }
        };
    private readonly SmtpServerState _server;
    private readonly ReceptionServices _services;

    public ReceptionScene(IMailSpool spool, int ruleCount)
    {
        _loggers = new LoggerFactory([_lines]);
        Keeper = new HeldMail(spool);
        _server = new SmtpServerState(TimeProvider.System, new SmtpMetrics(_metrics), new Silent());
        var ids = new MessageIdSource(TimeProvider.System);
        var rules = new RoutingMetrics(_metrics);
        var policy = new ReceptionPolicy
        {
            Hostname = "mx.example.com",
            Domains = new LocalDomains(["example.com"]),
            AuthservIds = ["mx.example.com"],
            Routing =
                new RoutingPolicy
                {
                    Rules = Load(ruleCount),
                    Evaluator = new RuleEvaluator(metrics: rules),
                    Default = new RulesDefault.Reject(),
                    ConfigVersion = "benchmark"
                },
        };
        _services = new ReceptionServices(
            Keeper,
            new MailRouter(ids, TimeProvider.System, new RoutingLog(_loggers.CreateLogger<RoutingLog>()), rules),
            ids,
            TimeProvider.System,
            new ReceptionMetrics(_metrics),
            new ReceptionLog(_loggers.CreateLogger<ReceptionLog>()),
            policy);
    }

    public HeldMail Keeper { get; }

    /// <summary>A session that has sent its greeting.</summary>
    public (MemoryClient Client, Task Session) Connect()
    {
        var client = new MemoryClient();
        var peer =
            new SmtpPeer(
                "mx", SmtpListenerMode.Mx, new IPEndPoint(IPAddress.Parse("192.0.2.1"), 40000), new IPEndPoint(IPAddress.Loopback, 25));
        var session =
            new SmtpSession(client.Server, peer, seen => new MailReceiver(seen, _services), _options, new SmtpListenerOptions(), _server);
        var run = session.RunAsync(CancellationToken.None);
        client.Expect((byte)'2');
        client.Send("EHLO load.test\r\n"u8);
        client.Expect((byte)'2');
        return (client, run);
    }

    public void Dispose()
    {
        _loggers.Dispose();
    }

    private static RuleSet Load(int rules)
    {
        var environment =
            new RuleSetEnvironment
            {
                Kinds = [new RuleDestinationKind("webhook")],
                Destinations = new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = "webhook" },
                DefaultRefusal = RuleRefusalKind.Reject
            };
        var problems = new SourceProblems();
        return RuleSetLoader.Load([new RuleFile("load.yaml", ApplianceConfiguration.Rules(rules, "webhook"))], environment, problems)
            ?? throw new InvalidOperationException(string.Join('\n', problems.Items.Take(5)));
    }

    private sealed class Silent : ISmtpSessionObserver;
}
