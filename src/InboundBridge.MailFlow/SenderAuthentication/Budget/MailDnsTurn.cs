namespace InboundBridge.MailFlow.SenderAuthentication.Budget;

/// <summary>The turn of one look-up: waited for, or had.</summary>
internal sealed class MailDnsTurn
{
    private readonly TaskCompletionSource _come = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ending;

    /// <param name="ending">Ends the look-up.</param>
    public MailDnsTurn(CancellationTokenSource ending) => (_ending, Place) = (ending, new LinkedListNode<MailDnsTurn>(this));

    public LinkedListNode<MailDnsTurn> Place { get; }

    /// <summary>A time stamp: when the turn came.</summary>
    public long Since { get; private set; }

    public Task Come => _come.Task;

    /// <summary>It was told to end, and may still have its turn for a moment.</summary>
    public bool IsEnding { get; private set; }

    public void Begin(long now)
    {
        Since = now;
        _come.TrySetResult();
    }

    /// <summary>Those who wait for it go on later, on another thread.</summary>
    public void End()
    {
        IsEnding = true;
        _ = _ending.CancelAsync();
    }
}
