using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.SenderAuthentication.Budget;

/// <summary>
/// One mail's share of a resolver: some queries at a time, and a total time. Time counts only while the mail waits for an answer, so that a
/// slow client does not use it up. What is cut off has the status Timeout. Safe for concurrent use.
/// </summary>
public sealed class MailDnsBudget(IDnsResolver dns, MailDnsOptions options, TimeProvider clock) : IDnsResolver
{
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private TimeSpan _spent;
    private long _since;
    private int _pending;
    private int _running;

    public DnsAnswer? FindKnown(string name, DnsRecordType type) => dns.FindKnown(name, type);

    public ValueTask<DnsAnswer> LookUpAsync(string name, DnsRecordType type, CancellationToken cancellationToken) =>
        dns.FindKnown(name, type) is { } known ? new ValueTask<DnsAnswer>(known) : AskAsync(name, type, cancellationToken);

    private async ValueTask<DnsAnswer> AskAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        var left = Begin();
        try
        {
            if (left > TimeSpan.Zero)
                return await RunAsync(name, type, cancellationToken).WaitAsync(left, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The answer below says it.
        }
        finally
        {
            End();
        }
        return DnsAnswer.Without(DnsStatus.Timeout, name, "this mail has used up its time for the DNS");
    }

    private async Task<DnsAnswer> RunAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        if (Enter() is { } turn)
            await turn.Task;
        try
        {
            return await dns.LookUpAsync(name, type, cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Null: there is room. Else what to wait for.</summary>
    private TaskCompletionSource? Enter()
    {
        lock (_lock)
        {
            if (_running < options.AtOnce)
            {
                _running++;
                return null;
            }
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn);
            return turn;
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (_waiting.TryDequeue(out var next))
                next.SetResult();
            else
                _running--;
        }
    }

    /// <returns>The time that is left.</returns>
    private TimeSpan Begin()
    {
        lock (_lock)
        {
            if (_pending++ == 0)
                _since = clock.GetTimestamp();
            return options.Time - _spent - clock.GetElapsedTime(_since);
        }
    }

    private void End()
    {
        lock (_lock)
        {
            if (--_pending == 0)
                _spent += clock.GetElapsedTime(_since);
        }
    }
}
