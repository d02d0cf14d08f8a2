namespace InboundBridge.MailFlow.Spool.Health;

/// <summary>Passes on a fault that comes again and again only when it says something else than before.</summary>
internal sealed class RepeatedFault(Action<Exception> report)
{
    private string? _last;

    public void Report(Exception fault)
    {
        if (Interlocked.Exchange(ref _last, fault.Message) != fault.Message)
            report(fault);
    }
}
