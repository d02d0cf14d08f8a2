namespace InboundBridge.Operations.Status;

/// <summary>Whether the appliance is listening, for <c>/readyz</c> and container health checks.</summary>
internal sealed class ReadyState
{
    private volatile bool _listening;

    /// <summary>True from when the listeners are open until the stop begins.</summary>
    public bool Listening
    {
        get => _listening;
        set => _listening = value;
    }
}
