using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using InboundBridge.Hosting.Listening;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Limits;
using InboundBridge.UnitTests.MailFlow.Reception;
using Microsoft.Extensions.Logging;

namespace InboundBridge.UnitTests.Smtp.Server.Sessions;

/// <summary>One refusal, played against a session with the product's own metrics and log; keeps what was counted and written.</summary>
internal sealed class RefusalRun : IAsyncDisposable
{
    private readonly Meter _meter = new("InboundBridge.Tests.Refusals");
    private readonly MeterListener _listener = new();
    private readonly List<SmtpTestServer> _servers = [];
    private readonly EventLog _log = new();

    public RefusalRun()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, _meter))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Keep(instrument, tags));
        _listener.Start();
        State = new SmtpServerState(Time, new SmtpServerMetrics(_meter), new SmtpSessionLog(_log));
    }

    public WatchedTimeProvider Time { get; } = new();

    /// <summary>Shared by every session of the run.</summary>
    public SmtpServerState State { get; set; }

    /// <summary>As in the documentation: <c>messages_refused_total{mail,rate_limit}</c>; the listener is left out.</summary>
    public ConcurrentQueue<string> Counted { get; } = [];

    /// <summary>Names of events.</summary>
    public IEnumerable<string> Logged => _log.Events;

    public ReceptionFixture? Reception { get; set; }

    public SmtpTestServer Server(RefusalScene scene)
    {
        var server = new SmtpTestServer
        {
            Shared = State,
            Mode = scene.Mode,
            Options = scene.Options,
            Listener = scene.Listener,
            Remote = scene.Remote,
            Receivers = Reception is { } reception ? peer => new InboundBridge.MailFlow.Reception.MailReceiver(peer, reception.Services) : null,
        };
        _servers.Add(server);
        return server;
    }

    /// <summary>A session that has been greeted, with the reply to each line; the last one comes back.</summary>
    public async Task<string> SayAsync(RefusalScene scene, params string[] lines)
    {
        var client = Server(scene).Start();
        var reply = await client.ReadReplyAsync();
        foreach (var line in lines)
            reply = await client.SayAsync(line);
        return reply;
    }

    /// <summary>As <see cref="SayAsync"/>, and then a reply that time alone brings.</summary>
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

    /// <summary>Sessions count and write to the last moment.</summary>
    public async Task EndAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
        _servers.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _listener.Dispose();
        _meter.Dispose();
        if (Reception is not null)
            await Reception.DisposeAsync();
    }

    private void Keep(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var values = new List<string>();
        foreach (var tag in tags)
        {
            if (tag.Key != "listener")
                values.Add(Convert.ToString(tag.Value, CultureInfo.InvariantCulture)!);
        }
        Counted.Enqueue($"{instrument.Name}{{{string.Join(',', values)}}}");
    }

    private sealed class EventLog : ILogger<SmtpSessionLog>
    {
        public ConcurrentQueue<string> Events { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // Somebody who looks for the cause must not have to switch on more than the default.
            if (logLevel >= LogLevel.Information)
                Events.Enqueue(eventId.Name!);
        }
    }
}
