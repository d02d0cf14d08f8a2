using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Threading.Channels;

namespace InboundBridge.Rules.Scripting;

/// <summary>
/// A few worker processes that run scripts. A worker that doesn't answer in time, dies, or answers nonsense is killed and replaced; that run fails, the next
/// one is unharmed. A worker that keeps dying is restarted ever later, up to <see cref="LongestPause"/>.
/// </summary>
public sealed class ScriptWorkerPool : IScriptRunner, IAsyncDisposable
{
    /// <summary>Beyond the script's own time: prelude, message and pipes. The worker itself stops an ordinary endless loop at its limit.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>The runtime has to start and to compile the engine.</summary>
    internal static readonly TimeSpan StartTime = TimeSpan.FromSeconds(30);

    internal static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    internal static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Deaths in a row before restarts are put off: one bad mail may kill a worker without harm to the next.</summary>
    internal const int FreeRestarts = 3;

    private static readonly Histogram<double> Seconds =
        new Meter("InboundBridge").CreateHistogram<double>("script_seconds", "s", "Time of one run of a script, waiting for a worker included");

    private static readonly ScriptRequest WarmUp =
        new(new ScriptSource("message.subject.startsWith('a') && [1].find(function (n) { return n; }) === 1", "warm-up"), ScriptPurpose.Condition,
            """{"subject":"a"}""", "a@example.com", new Dictionary<string, string>(StringComparer.Ordinal));

    private readonly ScriptLimits _limits;
    private readonly Func<ScriptWorkerProcess> _start;
    private readonly TimeProvider _clock;
    private readonly Channel<Slot> _free;
    private readonly int _size;

    /// <param name="start">Starts a worker (<see cref="ScriptWorkerProcess.Start"/>); what it throws counts as a death.</param>
    /// <param name="size">Scripts that run at the same time.</param>
    public ScriptWorkerPool(ScriptLimits limits, Func<ScriptWorkerProcess> start, TimeProvider clock, int size = 2)
    {
        (_limits, _start, _clock, _size) = (limits, start, clock, size);
        _free = Channel.CreateBounded<Slot>(size);
        for (var index = 0; index < size; index++)
            _free.Writer.TryWrite(new Slot());
    }

    /// <summary>Starts all workers, so that the first mail doesn't wait for them.</summary>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        for (var index = 0; index < _size; index++)
        {
            var slot = await _free.Reader.ReadAsync(cancellationToken);
            try
            {
                await EnsureAsync(slot, cancellationToken);
            }
            finally
            {
                _free.Writer.TryWrite(slot);
            }
        }
    }

    public async ValueTask<ScriptAnswer> RunAsync(ScriptRequest request, CancellationToken cancellationToken)
    {
        var started = _clock.GetTimestamp();
        var slot = await _free.Reader.ReadAsync(cancellationToken);
        try
        {
            if (!await EnsureAsync(slot, cancellationToken))
                return Failed(request, slot.Reason ?? "no script worker could be started");
            if (await AskAsync(slot, request, _limits.Timeout + Grace, cancellationToken) is not { } answer)
                return Failed(request, slot.Reason!);
            slot.Deaths = 0;
            return answer;
        }
        finally
        {
            _free.Writer.TryWrite(slot);
            Seconds.Record(_clock.GetElapsedTime(started).TotalSeconds);
        }
    }

    public async ValueTask DisposeAsync()
    {
        for (var index = 0; index < _size; index++)
            (await _free.Reader.ReadAsync()).Process?.Dispose();
        _free.Writer.TryComplete();
    }

    private static ScriptAnswer Failed(ScriptRequest request, string reason) => new(null, [], [], new ScriptError(reason, request.Source.File, 0, 0));

    /// <summary>False: not running, and either it is too early to try again or it did not start.</summary>
    private async ValueTask<bool> EnsureAsync(Slot slot, CancellationToken cancellationToken)
    {
        if (slot.Process is not null)
            return true;
        if (_clock.GetUtcNow() < slot.NotBefore)
        {
            slot.Reason = "the script worker keeps failing and waits before it is started again";
            return false;
        }
        try
        {
            slot.Process = _start();
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            Bury(slot, $"no script worker could be started: {exception.Message}");
            return false;
        }
        return await AskAsync(slot, WarmUp, StartTime, cancellationToken) is not null;
    }

    /// <summary>Null when the worker had to be given up; the slot says why.</summary>
    private async ValueTask<ScriptAnswer?> AskAsync(Slot slot, ScriptRequest request, TimeSpan time, CancellationToken cancellationToken)
    {
        var process = slot.Process!;
        var late = false;
        // Reading from a pipe can't always be cancelled; killing the worker ends it in any case.
        using var stop = cancellationToken.Register(process.Kill);
        await using var alarm = _clock.CreateTimer(_ =>
        {
            late = true;
            process.Kill();
        }, null, time, Timeout.InfiniteTimeSpan);
        try
        {
            await process.Requests.WriteAsync(ScriptFrame.Request(request, request == WarmUp ? _limits with { Timeout = time } : _limits), cancellationToken);
            await process.Requests.FlushAsync(cancellationToken);
            if (await ScriptFrame.ReadAsync(process.Answers, ScriptFrame.LongestAnswer, cancellationToken) is { } body)
                return ScriptFrame.ReadAnswer(body);
        }
        catch (Exception exception) when (exception is IOException or JsonException or ObjectDisposedException or InvalidOperationException or FormatException)
        {
            slot.Reason = exception.Message;
        }
        catch (OperationCanceledException)
        {
            Bury(slot, "the run was called off");
            throw;
        }
        cancellationToken.ThrowIfCancellationRequested();
        Bury(slot, late ? "it took too long and was stopped" : "the script worker died (out of memory, or its stack ran over)");
        return null;
    }

    private void Bury(Slot slot, string reason)
    {
        slot.Process?.Dispose();
        slot.Process = null;
        slot.Reason = reason;
        slot.Deaths++;
        if (slot.Deaths <= FreeRestarts)
            return;
        var pause = FirstPause * Math.Pow(2, Math.Min(slot.Deaths - FreeRestarts - 1, 16));
        slot.NotBefore = _clock.GetUtcNow() + (pause < LongestPause ? pause : LongestPause);
    }

    private sealed class Slot
    {
        public ScriptWorkerProcess? Process { get; set; }

        public int Deaths { get; set; }

        public DateTimeOffset NotBefore { get; set; }

        public string? Reason { get; set; }
    }
}
