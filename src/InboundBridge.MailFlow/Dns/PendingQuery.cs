namespace InboundBridge.MailFlow.Dns;

/// <summary>
/// A question that waits for its turn or for an answer. Everybody who asks it shares it. Guarded by the lock of <see cref="DnsQueries"/>.
/// </summary>
internal sealed class PendingQuery(DnsKey key, TimeSpan timeout, TimeProvider clock) : DnsTurn
{
    private readonly TaskCompletionSource<DnsAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _hadToWaitForTcp;
    private bool _hasTcpTime;

    public DnsKey Key => key;

    public PendingQueryState State { get; set; }

    /// <summary>Those who wait for the answer.</summary>
    public int Askers { get; set; }

    /// <summary>One of them needs it before the client's other questions.</summary>
    public bool IsUrgent { get; set; }

    /// <summary>The clients that ask it. Guarded by the lock of <see cref="DnsTcpTurns"/>, like <see cref="Tcp"/>.</summary>
    public List<UInt128> Clients { get; } = new(1);

    /// <summary>Its turn over TCP, waited for or had; null without one.</summary>
    public DnsTcpTurn? Tcp { get; set; }

    /// <summary>
    /// It had no turn over TCP at once, because its clients have too many. If it fails, even long after its turn came, the wait may be the
    /// cause, so the failure says nothing about the name.
    /// </summary>
    public bool HadToWaitForTcp => _hadToWaitForTcp;

    public CancellationTokenSource Ending { get; } = new(timeout, clock);

    public Task<DnsAnswer> Answer => _answer.Task;

    /// <summary>The time begins anew: with its turn, and for somebody who asks while it waits in another's queue.</summary>
    public void GrantTime() => Ending.CancelAfter(timeout);

    public void WaitForTcp() => _hadToWaitForTcp = true;

    /// <summary>
    /// The time begins anew with a turn over TCP that it had to wait for. Only the first wait counts, so that a question lasts at most
    /// three times its time: until its turn, until its turn over TCP, and from there to the answer.
    /// </summary>
    public void GrantTcpTime()
    {
        if (_hasTcpTime)
            return;
        _hasTcpTime = true;
        GrantTime();
    }

    public void Conclude(DnsAnswer answer) => _answer.TrySetResult(answer);

    public void Fail(Exception fault) => _answer.TrySetException(fault);
}
