namespace InboundBridge.MailFlow.SenderAuthentication.ResultsField;

/// <summary>One result that an Authentication-Results field states (RFC 8601 §2.2). Somebody else wrote it: it is no fact.</summary>
/// <param name="Method">In lower case (<c>dkim</c>).</param>
/// <param name="Result">In lower case (<c>pass</c>).</param>
/// <param name="Properties">Names in lower case (<c>header.d</c>), and their values without quotes. <c>reason</c> is among them.</param>
internal sealed record StatedResult(string Method, string Result, IReadOnlyList<KeyValuePair<string, string>> Properties);
