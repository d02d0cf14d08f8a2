using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using InboundBridge.Hosting;
using InboundBridge.Hosting.Listening;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Reception;
using InboundBridge.Metrics;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Limits;
using InboundBridge.UnitTests.MailFlow.Metrics;
using InboundBridge.UnitTests.MailFlow.Reception;
using Microsoft.Extensions.Logging;

namespace InboundBridge.UnitTests.Smtp.Server.Sessions;

/// <summary>Runs one refusal against a session with the real metrics and log, and keeps what was counted and logged.</summary>
internal sealed partial class RefusalRun : IAsyncDisposable
{
    private readonly MetricRegistry _metrics = new();
    private readonly List<SmtpTestServer> _servers = [];
    private readonly EventLog _log = new();

    public RefusalRun()
    {
        State = new SmtpServerState(Time, new SmtpMetrics(_metrics), new SmtpSessionLog(_log));
    }

    public WatchedTimeProvider Time { get; } = new();

    /// <summary>Shared by every session of the run.</summary>
    public SmtpServerState State { get; set; }

    /// <summary>In the form of the documentation, without the listener: <c>messages_refused_total{mail,rate_limit}</c>.</summary>
    public IReadOnlyList<string> Counted =>
        [.. Sample().Matches(MetricsText.ReadAsync(_metrics).GetAwaiter().GetResult()).Select(sample =>
            $"{sample.Groups[1].Value}{{{Labels(sample.Groups[2].Value)}}}")];

    /// <summary>Names of events.</summary>
    public IEnumerable<string> Logged => _log.Events;

    /// <summary>The reasons of the events <c>refused</c>.</summary>
    public IEnumerable<string> Reasons => _log.Reasons;

    public ReceptionFixture? Reception { get; set; }

    /// <summary>Replaces the spool of <see cref="Reception"/>; null: its own.</summary>
    public IMailKeeper? Keeper { get; set; }

    public SmtpTestServer Server(RefusalScene scene)
    {
        var server = new SmtpTestServer
        {
            Shared = State,
            Mode = scene.Mode,
            Options = scene.Options,
            Listener = scene.Listener,
            Remote = scene.Remote,
            Receivers = Reception is { } reception
                ? peer => new MailReceiver(peer, Keeper is { } keeper ? With(reception.Services, keeper) : reception.Services)
                : null,
        };
        _servers.Add(server);
        return server;
    }

    /// <summary>Runs a session with these lines and returns the last reply.</summary>
    public async Task<string> SayAsync(RefusalScene scene, params string[] lines)
    {
        var client = Server(scene).Start();
        var reply = await client.ReadReplyAsync();
        foreach (var line in lines)
            reply = await client.SayAsync(line);
        return reply;
    }

    /// <summary>Like <see cref="SayAsync"/>, and then waits for a reply that comes when time passes.</summary>
    public async Task<string> WaitAsync(RefusalScene scene, TimeSpan within, params string[] lines)
    {
        var server = Server(scene);
        var client = server.Start();
        await client.ReadReplyAsync();
        foreach (var line in lines)
            await client.SayAsync(line);
        var reply = client.ReadReplyAsync();
        while (!reply.IsCompleted)
            await Task.WhenAny(reply, Time.FireNextAsync(within));
        return await reply;
    }

    /// <summary>Waits for all sessions, which count and log until they end.</summary>
    public async Task EndAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
        _servers.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        if (Reception is not null)
            await Reception.DisposeAsync();
    }

    private static ReceptionServices With(ReceptionServices services, IMailKeeper keeper) => new(
        keeper, services.Router, services.Ids, services.Clock, services.Metrics, services.Log, services.CurrentPolicy);

    private static string Labels(string text) => string.Join(',', Label().Matches(text)
        .Where(label => label.Groups[1].Value != "listener").Select(label => label.Groups[2].Value));

    [GeneratedRegex(@"^inboundbridge_(?<name>\w+)(?:\{(?<labels>.*)\})? ", RegexOptions.Multiline)]
    private static partial Regex Sample();

    [GeneratedRegex("(\\w+)=\"([^\"]*)\"")]
    private static partial Regex Label();

    private sealed class EventLog : ILogger<SmtpSessionLog>
    {
        public ConcurrentQueue<string> Events { get; } = [];

        public ConcurrentQueue<string> Reasons { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // The default log level must be enough to find the cause.
            if (logLevel < LogLevel.Information)
                return;
            Events.Enqueue(eventId.Name!);
            foreach (var (name, value) in (IEnumerable<KeyValuePair<string, object?>>)state!)
            {
                if (name == "Reason" && value is string reason)
                    Reasons.Enqueue(reason);
            }
        }
    }
}
