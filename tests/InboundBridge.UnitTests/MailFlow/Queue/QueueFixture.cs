using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite;
using InboundBridge.MailFlow.Spool.Sqlite.Opening;
using InboundBridge.UnitTests.MailFlow.Spool;

namespace InboundBridge.UnitTests.MailFlow.Queue;

/// <summary>A queue over a spool in its own folder, with a clock that stands still. The log shows when a transition is complete.</summary>
internal sealed class QueueFixture : IAsyncDisposable
{
    public const int Delivered = 2100;
    public const int Retrying = 2101;
    public const int Dead = 2102;
    public const int Cancelled = 2103;
    public const int CircuitOpened = 2110;
    public const int CircuitClosed = 2111;

    private readonly SpoolFolder _folder = new();
    private readonly List<(DestinationOptions Options, IDeliveryTarget Target)> _destinations = [];
    private IMailSpool? _spool;
    private MailQueue? _queue;
    private int _mails;

    public WatchedTimeProvider Clock { get; } = new();

    /// <summary>Methods of the spool that fail.</summary>
    public FailingSpool Faults { get; private set; } = null!;

    public string Path => _folder.Path;

    public CaptureLog Log { get; private set; } = new();

    public MetricRegistry Registry { get; private set; } = new();

    public IMailSpool Spool => _spool!;

    public MailQueue Queue => _queue!;

    public MailQueueOptions Options { get; init; } = new();

    public DeliveryEndedHook? Hook { get; init; }

    /// <summary>Finite, as with a store that several nodes share.</summary>
    public TimeSpan ClaimLifetime { get; init; } = Timeout.InfiniteTimeSpan;

    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>
    /// Mail never grows too old here: on a busy machine, days pass in <see cref="AdvanceUntilAsync"/> while a thread waits for its turn.
    /// </summary>
    public static DestinationOptions Destination(string name = "hook") =>
        new() { Name = name, Kind = "webhook", Retry = new RetryOptions { Jitter = 0, MaximumAge = TimeSpan.FromDays(3650) } };

    public ScriptedTarget Add(DestinationOptions? options = null)
    {
        var target = new ScriptedTarget();
        _destinations.Add((options ?? Destination(), target));
        return target;
    }

    public void Add(DestinationOptions options, IDeliveryTarget target) => _destinations.Add((options, target));

    /// <summary>A new target for a destination, from the next start on.</summary>
    public ScriptedTarget Replace(string name, Func<DestinationOptions, DestinationOptions>? change = null)
    {
        var index = _destinations.FindIndex(destination => destination.Options.Name == name);
        var target = new ScriptedTarget();
        _destinations[index] = (change?.Invoke(_destinations[index].Options) ?? _destinations[index].Options, target);
        return target;
    }

    /// <summary>As a reload does.</summary>
    public void Reload() => Queue.ReplaceDestinations(_destinations);

    /// <summary>Lets time pass, a little at a time, until something has happened.</summary>
    public async Task AdvanceUntilAsync(Task happened, TimeSpan? step = null)
    {
        while (!happened.IsCompleted)
        {
            Clock.Advance(step ?? TimeSpan.FromMilliseconds(500));
            await Task.Yield();
        }
        await happened;
    }

    public async Task StartAsync(Action<FailingSpool>? faults = null)
    {
        var spool = await SqliteMailSpool.OpenAsync(
            new SpoolOptions { Path = _folder.Path, MinimumFree = 0 },
            new SpoolInternals { Linger = TimeSpan.Zero, ClaimLifetime = ClaimLifetime }, Clock, Log, CancellationToken.None);
        (_spool, Faults) = FailingSpool.Over(spool);
        faults?.Invoke(Faults);
        _queue = new MailQueue(_spool, Clock, new Random(1), Log, Options, Registry) { Ended = Hook };
        _queue.ReplaceDestinations(_destinations);
        await _queue.StartAsync(CancellationToken.None);
    }

    /// <summary>The process ends, and another starts on the same spool.</summary>
    public async Task RestartAsync(Action<FailingSpool>? faults = null)
    {
        await StopAsync();
        (Log, Registry) = (new CaptureLog(), new MetricRegistry());
        await StartAsync(faults);
    }

    public async Task<string> AcceptAsync(
        string destination = "hook", string sender = "al@example.org", Func<SpooledDelivery, SpooledDelivery>? change = null)
    {
        var id = $"m{++_mails:000}";
        await using var staged = await SampleMail.StageAsync(Spool, id, SampleMail.Octets(_mails, 100));
        var delivery = SampleMail.Delivery(id, id, Now, destination) with { OptionsJson = null };
        await Queue.AcceptAsync(
            staged, SampleMail.Message(staged, Now, sender), [change?.Invoke(delivery) ?? delivery], CancellationToken.None);
        return id;
    }

    /// <summary>
    /// Attempts that have begun and are not over. The scheduler counts an attempt as soon as it decides to make it, so this tells at once
    /// what <see cref="ScriptedTarget.NextAsync"/> would have to wait for.
    /// </summary>
    public async Task<int> ActiveAsync(string destination = "hook") =>
        (await Queue.ListDestinationsAsync(CancellationToken.None)).Single(status => status.Name == destination).Active;

    /// <summary>Waits until the queue remembers so many deliveries.</summary>
    public async Task RememberedAsync(int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Queue.Remembered != count)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public async Task<SpooledDelivery> FindAsync(string id) =>
        await Spool.FindDeliveryAsync(id, CancellationToken.None) ?? throw new InvalidOperationException($"delivery {id} is not there");

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    /// <summary>The process ends; the folder stays.</summary>
    public async Task StopAsync()
    {
        if (_queue is not null)
            await _queue.DisposeAsync();
        if (_spool is not null)
            await _spool.DisposeAsync();
        (_queue, _spool) = (null, null);
    }
}
