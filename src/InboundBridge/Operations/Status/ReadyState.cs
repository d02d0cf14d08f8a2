namespace InboundBridge.Operations.Status;

/// <summary>Whether mail can be taken right now: asked by <c>/readyz</c> and the container's health check.</summary>
internal sealed class ReadyState
{
    private volatile bool _listening;

    /// <summary>Listeners are up, and not being closed.</summary>
    public bool Listening
    {
        get => _listening;
        set => _listening = value;
    }
}
