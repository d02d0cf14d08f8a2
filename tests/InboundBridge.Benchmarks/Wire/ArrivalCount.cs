namespace InboundBridge.Benchmarks.Wire;

/// <summary>
/// Records which mails have arrived, by id and over all runs, so that a late mail of one run does not count for the next.
/// </summary>
internal sealed class ArrivalCount
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _expected;
    private int _repeated;

    private int Arrived
    {
        get
        {
            lock (_lock)
                return _seen.Count;
        }
    }

    /// <summary>Called before a run.</summary>
    public void Expect(int mails)
    {
        lock (_lock)
        {
            Check();
            _expected += mails;
            _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Add(string id)
    {
        lock (_lock)
        {
            if (!_seen.Add(id))
                _repeated++;
            else if (_seen.Count == _expected)
                _complete.TrySetResult();
        }
    }

    /// <summary>Fails if a mail came twice, or more mails came than were sent.</summary>
    public async Task AllArrivedAsync(CancellationToken cancellation)
    {
        try
        {
            await _complete.Task.WaitAsync(cancellation);
        }
        catch (OperationCanceledException exception) when (Arrived < _expected)
        {
            throw new TimeoutException(Shortfall(), exception);
        }

        Conclude();
    }

    /// <summary>Fails if a mail has come again since, or if an unknown mail has come.</summary>
    public void Conclude()
    {
        lock (_lock)
            Check();
    }

    private string Shortfall()
    {
        lock (_lock)
            return $"of {_expected} mails only {_seen.Count} arrived in "
            + $"time{(_repeated > 0 ? $", and {_repeated} came more than once" : "")}";
    }

    private void Check()
    {
        if (_repeated > 0)
            throw new InvalidOperationException($"{_repeated} mails came more than once");
        if (_seen.Count > _expected)
            throw new InvalidOperationException($"{_seen.Count} mails came, {_expected} were sent");
    }
}
