using System.Text.Json;

namespace InboundBridge.Rules.Scripting.Workers;

/// <summary>A place in the pool: one worker, and what became of those before it. Used by one caller at a time.</summary>
internal sealed class ScriptWorkerSlot(ScriptLimits limits, Func<ScriptWorkerProcess> start, TimeProvider clock) : IDisposable
{
    /// <summary>Beyond the script's own time: the message, pipes, a busy machine. The worker itself ends a script that stays in the engine; this is for one that hangs.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    /// <summary>The runtime has to start and to compile the engine.</summary>
    internal static readonly TimeSpan StartTime = TimeSpan.FromSeconds(30);

    internal static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    internal static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Deaths without work in a row before starts are put off.</summary>
    internal const int FreeRestarts = 3;

    /// <summary>Of every kind that rules use, so that all that is slow the first time is done.</summary>
    private static readonly ScriptRequest WarmUp = new(
        new ScriptSource("const { subject } = message; tag(`${subject}-${[1, 2].map(n => n + 1).join()}`); set('k', { a: /a/i.test(subject) }); log(message.headers.length);", "warm-up"),
        ScriptPurpose.Action, """{"subject":"a","headers":[["From","a@example.com"]]}""", "a@example.com", new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = "b" });

    private ScriptWorkerProcess? _process;
    private long _buriedAt;
    private TimeSpan _pause;
    private int _deaths;

    public bool IsRunning => _process is not null;

    /// <summary>What went wrong last.</summary>
    public string? Reason { get; private set; }

    /// <summary>False: not running, and either it is too early to try again or it did not start.</summary>
    public async ValueTask<bool> EnsureAsync(CancellationToken cancellationToken)
    {
        if (_process is { HasEnded: true })
            BuryIdle("the script worker ended while it had nothing to do");
        if (_process is not null)
            return true;
        // Not the time of day: set back, it would put scripts off for as long as it went.
        if (clock.GetElapsedTime(_buriedAt) < _pause)
        {
            Reason = "the script worker keeps failing and waits before it is started again";
            return false;
        }
        try
        {
            _process = start();
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            BuryIdle($"no script worker could be started: {exception.Message}");
            return false;
        }
        if (await AskAsync(WarmUp, limits with { Timeout = StartTime, Statements = int.MaxValue }, StartTime, cancellationToken) is null)
        {
            BuryIdle($"no script worker could be started: {Reason}");
            return false;
        }
        _deaths = 0;
        return true;
    }

    /// <summary>Null when the worker had to be given up; <see cref="Reason"/> says why. After some answers the worker is gone, too.</summary>
    public async ValueTask<ScriptAnswer?> AskAsync(ScriptRequest request, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(request, limits, limits.Timeout + Grace, cancellationToken);
        if (answer is { IsLast: true })
            End(answer.Error?.Text ?? "the script worker ended");
        return answer;
    }

    public void Dispose() => _process?.Dispose();

    private async ValueTask<ScriptAnswer?> AskAsync(ScriptRequest request, ScriptLimits given, TimeSpan time, CancellationToken cancellationToken)
    {
        var process = _process!;
        var late = false;
        // Reading from a pipe can't always be cancelled; killing the worker ends it in any case.
        using var stop = cancellationToken.Register(process.Kill);
        await using var alarm = clock.CreateTimer(_ =>
        {
            late = true;
            process.Kill();
        }, null, time, Timeout.InfiniteTimeSpan);
        try
        {
            await process.Requests.WriteAsync(ScriptFrame.Request(request, given), cancellationToken);
            await process.Requests.FlushAsync(cancellationToken);
            if (await ScriptFrame.ReadAsync(process.Answers, ScriptFrame.LongestAnswer, cancellationToken) is { } body)
                return ScriptFrame.ReadAnswer(body);
        }
        catch (Exception exception) when (exception is IOException or JsonException or ObjectDisposedException or InvalidOperationException or FormatException)
        {
            // The worker is gone or talks nonsense: the same to us.
        }
        catch (OperationCanceledException)
        {
            End("the run was called off");
            throw;
        }
        cancellationToken.ThrowIfCancellationRequested();
        End(late ? "it took too long and was stopped" : "the script worker died (its stack ran over, or it ran out of memory)");
        return null;
    }

    private void End(string reason)
    {
        _process?.Dispose();
        _process = null;
        Reason = reason;
    }

    private void BuryIdle(string reason)
    {
        End(reason);
        if (++_deaths <= FreeRestarts)
            return;
        var pause = FirstPause * Math.Pow(2, Math.Min(_deaths - FreeRestarts - 1, 16));
        (_buriedAt, _pause) = (clock.GetTimestamp(), pause < LongestPause ? pause : LongestPause);
    }
}
