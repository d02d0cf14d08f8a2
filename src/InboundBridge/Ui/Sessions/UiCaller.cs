using InboundBridge.Operations.Principals;

namespace InboundBridge.Ui.Sessions;

/// <summary>Who asks for a page.</summary>
/// <param name="Session">Null while no tokens are configured: everybody on this machine is the operator then.</param>
/// <param name="TokensChange">
/// Cancelled when a reload changes the tokens by which the caller was let in. Taken before they were looked at.
/// </param>
internal sealed record UiCaller(Principal Who, UiSession? Session, CancellationToken TokensChange)
{
    /// <summary>What the tokens of this caller's forms are made for.</summary>
    public string FormKey => Session?.Id ?? "open";
}
