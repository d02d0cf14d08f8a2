namespace InboundBridge.MailFlow.SenderAuthentication.ResultsField;

/// <summary>What an Authentication-Results field states.</summary>
/// <param name="AuthservId">Who says so, as it stands there.</param>
internal sealed record StatedResults(string AuthservId, IReadOnlyList<StatedResult> Results);
