namespace InboundBridge.Api;

/// <summary>What the API needs from its process.</summary>
/// <param name="TemporaryFolder">The folder that buffers large uploads.</param>
/// <param name="Stopping">Cancelled when the appliance begins to stop, to end the answers that have no end of their own.</param>
internal sealed record ApiSurroundings(TimeProvider Clock, Func<string> TemporaryFolder, CancellationToken Stopping);
