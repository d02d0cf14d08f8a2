namespace InboundBridge.MailFlow.Dns;

/// <summary>
/// A question that waits for its turn or for an answer. Everybody who asks it shares it. Guarded by the lock of <see cref="DnsQueries"/>.
/// </summary>
internal sealed class PendingQuery(DnsKey key, TimeSpan timeout, TimeProvider clock)
{
    private readonly TaskCompletionSource<DnsAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DnsKey Key => key;

    public PendingQueryState State { get; set; }

    /// <summary>Those who wait for the answer.</summary>
    public int Askers { get; set; }

    /// <summary>The clients in whose queues it stands, and its places there.</summary>
    public List<(DnsClientShare Client, LinkedListNode<PendingQuery> Place)> Places { get; } = new(1);

    /// <summary>The client whose share it takes while it runs.</summary>
    public DnsClientShare? RunsFor { get; set; }

    public CancellationTokenSource Ending { get; } = new(timeout, clock);

    public Task<DnsAnswer> Answer => _answer.Task;

    /// <summary>The time begins anew: with its turn, and for somebody who asks while it waits in another's queue.</summary>
    public void GrantTime() => Ending.CancelAfter(timeout);

    public bool WaitsFor(DnsClientShare client)
    {
        foreach (var (other, _) in Places)
        {
            if (other == client)
                return true;
        }
        return false;
    }

    public void Conclude(DnsAnswer answer) => _answer.TrySetResult(answer);

    public void Fail(Exception fault) => _answer.TrySetException(fault);
}
