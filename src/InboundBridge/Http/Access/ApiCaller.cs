namespace InboundBridge.Http.Access;

/// <summary>Who may do what they ask for.</summary>
/// <param name="Name">The token's name, for the audit log; <c>local</c> where no tokens are configured, <c>link</c> for the holder of a signed link.</param>
internal sealed record ApiCaller(string Name);
