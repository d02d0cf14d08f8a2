namespace InboundBridge.Setup;

/// <summary>The configuration in force. A reload swaps it whole.</summary>
internal sealed class CurrentSetup(ApplianceSetup started)
{
    private ApplianceSetup _setup = started;

    public ApplianceSetup Setup => Volatile.Read(ref _setup);

    public void Replace(ApplianceSetup next) => Volatile.Write(ref _setup, next);
}
