namespace InboundBridge.Publishing;

/// <summary>What a connection to port 25 of an address has shown.</summary>
/// <param name="Greeting">The first line that the server sends; null where there is none.</param>
/// <param name="Problem">Why there is none.</param>
/// <param name="IsRefused">The machine answers, and says that nothing listens there.</param>
internal sealed record MailPortAnswer(string? Greeting, string Problem = "", bool IsRefused = false);
