using System.IO.Pipelines;
using System.Net;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Limits;
using InboundBridge.Smtp.Server.Sessions;
using InboundBridge.Smtp.Wire;

namespace InboundBridge.UnitTests.Smtp.Server;

/// <summary>A session over two pipes in memory.</summary>
internal sealed class SmtpTestServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _shutdown = new();
    private readonly WatchedTimeProvider _time = new();
    private Task _running = Task.CompletedTask;

    public WatchedTimeProvider Time => Shared?.Time as WatchedTimeProvider ?? _time;

    public RecordingObserver Observer { get; init; } = new();

    public RecordingReceiver Receiver { get; init; } = new();

    /// <summary>Replaces <see cref="Receiver"/>.</summary>
    public Func<SmtpPeer, ISmtpReceiver>? Receivers { get; init; }

    public SmtpServerOptions Options { get; init; } = new() { Hostname = "mx.example.net" };

    public SmtpListenerOptions Listener { get; init; } = new();

    public SmtpListenerMode Mode { get; init; }

    public EndPoint Remote { get; init; } = new IPEndPoint(IPAddress.Parse("192.0.2.7"), 40000);

    public SmtpPeer Peer { get; private set; } = null!;

    public SmtpServerState? Shared { get; init; }

    /// <summary>Messages an hour for each client; null for no rate limit.</summary>
    public int? RatePerClient { get; init; }

    /// <summary>Starts the session and returns its client.</summary>
    public SmtpTestClient Start(IDuplexPipe? serverSide = null, SmtpTestClient? client = null)
    {
        if (serverSide is null)
            (serverSide, client) = InMemoryPipes();
        Peer = new SmtpPeer("test", Mode, Remote, new IPEndPoint(IPAddress.Loopback, 25));
        Receiver.Mode = Mode;
        var shared = Shared ?? new SmtpServerState(Time, SmtpServerMetrics.None, Observer)
        {
            Rates = RatePerClient is { } rate
                ? new SmtpRateLimiter([new SmtpRateLimit(SmtpRateKey.Client, rate, TimeSpan.FromHours(1))], Time)
                : null,
        };
        var session = new SmtpSession(serverSide, Peer, Receivers ?? (_ => Receiver), Options, Listener, shared);
        _running = Task.Run(() => session.RunAsync(_shutdown.Token));
        return client!;
    }

    public void Shutdown() => _shutdown.Cancel();

    /// <summary>
    /// Waits for the end of the session; a session that hangs fails the test. The clock advances while the session lingers.
    /// </summary>
    public async Task EndAsync()
    {
        while (!_running.IsCompleted)
            await Task.WhenAny(_running, Time.FireNextAsync(Linger.LongestTime)).WaitAsync(TimeSpan.FromSeconds(20));
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await _shutdown.CancelAsync();
        await EndAsync();
        _shutdown.Dispose();
    }

    public static (IDuplexPipe Server, SmtpTestClient Client) InMemoryPipes()
    {
        var options = new PipeOptions(useSynchronizationContext: false);
        var toServer = new Pipe(options);
        var toClient = new Pipe(options);
        return (new PipePair(toServer.Reader, toClient.Writer), new SmtpTestClient(toClient.Reader, toServer.Writer));
    }
}

internal sealed record PipePair(PipeReader Input, PipeWriter Output) : IDuplexPipe;
