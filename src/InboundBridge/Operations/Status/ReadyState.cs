namespace InboundBridge.Operations.Status;

/// <summary>Whether the appliance listens. <c>/readyz</c> and a container's health check ask for it.</summary>
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
