namespace InboundBridge.Rules.Scripting.Workers;

/// <summary>
/// A few worker processes that run scripts. A worker that dies during a script, or breaks the protocol, is killed and replaced; the scripts
/// of that mail fail, and those of other mails are not affected. A worker that dies while idle or at its start is restarted with a growing
/// delay, up to <see cref="ScriptWorkerSlot.LongestPause"/>.
/// </summary>
public sealed class ScriptWorkerPool : IScriptRunner, IAsyncDisposable
{
    private readonly ScriptLimits _limits;
    private readonly TimeProvider _clock;
    private readonly WorkerTurns<ScriptWorkerSlot> _turns;
    private readonly Action<TimeSpan>? _ran;
    private readonly int _size;

    /// <param name="start">Starts a worker (<see cref="ScriptWorkerProcess.Start"/>); an exception counts as a death.</param>
    /// <param name="size">Scripts that run at the same time.</param>
    /// <param name="ran">Told how long each run of a script took, the wait for a worker included.</param>
    public ScriptWorkerPool(
        ScriptLimits limits, Func<ScriptWorkerProcess> start, TimeProvider clock, int size = 2, Action<TimeSpan>? ran = null)
    {
        (_limits, _clock, _size, _ran) = (limits, clock, size, ran);
        _turns = new WorkerTurns<ScriptWorkerSlot>(Enumerable.Range(0, size).Select(_ => new ScriptWorkerSlot(limits, start, clock)),
            clock);
    }

    public async ValueTask<ScriptAnswer> RunAsync(ScriptRequest request, CancellationToken cancellationToken)
    {
        var account = request.Account ?? new ScriptAccount();
        if (account.Closed is { } closed)
            return ScriptAnswer.Failed(request.Source, closed);
        // A thread that serves many connections waits for one run of a mail, not for one of each recipient.
        if (account.Used > TimeSpan.Zero && !Thread.CurrentThread.IsThreadPoolThread)
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var began = _clock.GetTimestamp();
        var slot = await _turns.TakeAsync(account.Used, cancellationToken);
        var worked = false;
        try
        {
            if (!await slot.EnsureAsync(cancellationToken))
                return ScriptAnswer.Failed(request.Source, slot.Reason ?? "no script worker could be started");
            worked = true;
            return await RunAsync(slot, request, account, cancellationToken);
        }
        finally
        {
            if (worked && !slot.IsRunning)
                _ = ReplaceAsync(slot);
            else
                _turns.Return(slot);
            _ran?.Invoke(_clock.GetElapsedTime(began));
        }
    }

    public async ValueTask DisposeAsync()
    {
        for (var index = 0; index < _size; index++)
            (await _turns.TakeAsync(TimeSpan.Zero, CancellationToken.None)).Dispose();
    }

    private async ValueTask<ScriptAnswer> RunAsync(ScriptWorkerSlot slot, ScriptRequest request, ScriptAccount account,
        CancellationToken cancellationToken)
    {
        var began = _clock.GetTimestamp();
        var answer = await slot.AskAsync(request, cancellationToken);
        account.Charge(_clock.GetElapsedTime(began), _limits);
        // Starting a worker costs as much as hundreds of runs, so a mail that ended one gets no more runs.
        if (!slot.IsRunning)
            account.Close(answer?.Error?.Text ?? slot.Reason!);
        return answer ?? ScriptAnswer.Failed(request.Source, slot.Reason!);
    }

    /// <summary>Starts the replacement at once, so that the next mail does not wait for it.</summary>
    private async Task ReplaceAsync(ScriptWorkerSlot slot)
    {
        try
        {
            await slot.EnsureAsync(CancellationToken.None);
        }
        finally
        {
            _turns.Return(slot);
        }
    }
}
