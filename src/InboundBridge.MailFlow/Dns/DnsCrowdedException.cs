namespace InboundBridge.MailFlow.Dns;

/// <summary>A look-up was ended by whoever waited for it, after its client's other questions had kept it waiting.</summary>
internal sealed class DnsCrowdedException : OperationCanceledException
{
    public DnsCrowdedException()
    {
    }

    public DnsCrowdedException(string message)
        : base(message)
    {
    }

    public DnsCrowdedException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public DnsCrowdedException(OperationCanceledException cause)
        : base(cause.Message, cause, cause.CancellationToken)
    {
    }
}
