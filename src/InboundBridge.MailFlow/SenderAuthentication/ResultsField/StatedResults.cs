namespace InboundBridge.MailFlow.SenderAuthentication.ResultsField;

/// <summary>What an Authentication-Results field states.</summary>
/// <param name="AuthservId">Who says so, as it stands there.</param>
/// <param name="IsWhole">
/// Every part of the field was read. Otherwise it may say the opposite in a part that was not: what it states must not be believed.
/// </param>
internal sealed record StatedResults(string AuthservId, IReadOnlyList<StatedResult> Results, bool IsWhole);
