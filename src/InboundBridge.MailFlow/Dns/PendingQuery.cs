namespace InboundBridge.MailFlow.Dns;

/// <summary>
/// A question that waits for its turn or for an answer. Everybody who asks it shares it. Guarded by the lock of <see cref="DnsQueries"/>.
/// </summary>
internal sealed class PendingQuery(DnsKey key, TimeSpan timeout, TimeProvider clock) : DnsTurn
{
    private readonly TaskCompletionSource<DnsAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _waitsForTcp;

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

    /// <summary>It has no turn over TCP yet, because its clients have too many.</summary>
    public bool WaitsForTcp
    {
        get => _waitsForTcp;
        set => _waitsForTcp = value;
    }

    public CancellationTokenSource Ending { get; } = new(timeout, clock);

    public Task<DnsAnswer> Answer => _answer.Task;

    /// <summary>The time begins anew: with its turn, and for somebody who asks while it waits in another's queue.</summary>
    public void GrantTime() => Ending.CancelAfter(timeout);

    public void Conclude(DnsAnswer answer) => _answer.TrySetResult(answer);

    public void Fail(Exception fault) => _answer.TrySetException(fault);
}
