using InboundBridge.MailFlow.Spool.Moving;

namespace InboundBridge.UnitTests.MailFlow.Spool.Moving;

/// <summary>Cancels a run when it has come to a number of mails.</summary>
internal sealed class Interruption(string doing, int after) : IProgress<MoveProgress>, IDisposable
{
    private readonly CancellationTokenSource _source = new();

    public CancellationToken Token => _source.Token;

    public void Dispose() => _source.Dispose();

    public void Report(MoveProgress value)
    {
        if (value.Doing == doing && value.Messages >= after)
            _source.Cancel();
    }
}
