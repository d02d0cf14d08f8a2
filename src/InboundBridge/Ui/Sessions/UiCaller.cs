using InboundBridge.Operations.Principals;

namespace InboundBridge.Ui.Sessions;

/// <summary>Who asks for a page.</summary>
/// <param name="Session">Null while no tokens are configured: everybody on this machine is the operator then.</param>
internal sealed record UiCaller(Principal Who, UiSession? Session)
{
    /// <summary>What the tokens of this caller's forms are made for.</summary>
    public string FormKey => Session?.Id ?? "open";
}
