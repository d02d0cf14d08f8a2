namespace InboundBridge.MailFlow.Dns;

/// <summary>The turn of one question to be asked over TCP.</summary>
internal sealed class DnsTcpTurn : DnsTurn
{
    private readonly TaskCompletionSource _come = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Come => _come.Task;

    public void Begin() => _come.TrySetResult();
}
