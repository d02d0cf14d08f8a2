namespace InboundBridge.Api;

/// <summary>What the API needs of the process around it.</summary>
/// <param name="TemporaryFolder">Where large uploads lie while they arrive.</param>
/// <param name="TokensChange">Cancelled when a reload changes the tokens that are in force now.</param>
/// <param name="Stopping">Cancelled when the appliance begins to stop: answers without an end, end then.</param>
internal sealed record ApiSurroundings(
    TimeProvider Clock, Func<string> TemporaryFolder, Func<CancellationToken> TokensChange, CancellationToken Stopping);
