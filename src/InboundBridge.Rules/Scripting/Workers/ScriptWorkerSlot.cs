using System.Text.Json;

namespace InboundBridge.Rules.Scripting.Workers;

/// <summary>A slot of the pool: one worker, and the history of the workers before it. Used by one caller at a time.</summary>
internal sealed class ScriptWorkerSlot(ScriptLimits limits, Func<ScriptWorkerProcess> start, TimeProvider clock) : IDisposable
{
    /// <summary>
    /// Time beyond the script's own limit, for pipes and a busy machine. The worker
    /// ends a script by itself; this is for a worker that hangs.
    /// </summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    /// <summary>Time for a worker to start: the runtime has to load and compile the engine.</summary>
    internal static readonly TimeSpan StartTime = TimeSpan.FromSeconds(30);

    internal static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    internal static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Consecutive deaths without work before a restart is delayed.</summary>
    internal const int FreeRestarts = 3;

    /// <summary>Uses every feature that rules use, so that the first mail does not pay for their compilation.</summary>
    private static readonly ScriptRequest WarmUp = new(
        new ScriptSource(
            """
            const { subject } = message;
            tag(`${subject}-${[1, 2].map(n => n + 1).join()}`);
            set('k', { a: /a/i.test(subject) });
            log(message.headers.length);
            """,
            "warm-up"),
        ScriptPurpose.Action,
        """{"subject":"a","headers":[["From","a@example.com"]]}"""u8.ToArray(),
        "a@example.com",
        new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = "b" });

    private ScriptWorkerProcess? _process;
    private long _buriedAt;
    private TimeSpan _pause;
    private int _deaths;

    public bool IsRunning => _process is not null;

    /// <summary>Why the last worker ended.</summary>
    public string? Reason { get; private set; }

    /// <summary>Starts the worker if none runs. False when it did not start, or when it is too early to try again.</summary>
    public async ValueTask<bool> EnsureAsync(CancellationToken cancellationToken)
    {
        if (_process is { HasEnded: true })
            BuryIdle("the script worker ended while it had nothing to do");
        if (_process is not null)
            return true;
        // Elapsed time, not the time of day: a clock that is set back would delay scripts by as much.
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

    /// <summary>Null when the worker had to be killed; <see cref="Reason"/> says why. After some answers no worker runs either.</summary>
    public async ValueTask<ScriptAnswer?> AskAsync(ScriptRequest request, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(request, limits, limits.Timeout + Grace, cancellationToken);
        if (answer is { IsLast: true })
            End(answer.Error?.Text ?? "the script worker ended");
        return answer;
    }

    public void Dispose() => _process?.Dispose();

    private async ValueTask<ScriptAnswer?> AskAsync(ScriptRequest request, ScriptLimits given, TimeSpan time,
        CancellationToken cancellationToken)
    {
        var process = _process!;
        var late = false;
        try
        {
            var exchange = process.Channel.ExchangeAsync(ScriptFrame.Request(request, given), cancellationToken);
            if (exchange.IsCompleted)
            {
                if (await exchange is { } prompt)
                    return ScriptFrame.ReadAnswer(prompt.Span);
            }
            else
            {
                // A wait for a pipe can't be cancelled, but killing the worker ends it.
                await using var stop = cancellationToken.Register(process.Kill);
                await using var alarm = clock.CreateTimer(_ =>
                {
                    late = true;
                    process.Kill();
                }, null, time, Timeout.InfiniteTimeSpan);
                if (await exchange is { } body)
                    return ScriptFrame.ReadAnswer(body.Span);
            }
        }
        catch (Exception exception) when (
            exception is IOException or JsonException or ObjectDisposedException or InvalidOperationException or FormatException)
        {
            // The worker is gone, or breaks the protocol; it is ended below in either case.
        }
        catch (OperationCanceledException)
        {
            End("the run was called off");
            throw;
        }
        catch
        {
            // The answer may be on its way, and the next mail must not get it. At the limit of threads, for example, none can be started.
            End("the run failed");
            throw;
        }
        if (cancellationToken.IsCancellationRequested)
        {
            End("the run was called off");
            cancellationToken.ThrowIfCancellationRequested();
        }
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
