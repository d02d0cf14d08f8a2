namespace InboundBridge.MailFlow.SenderAuthentication.DnsLists;

/// <summary>A list that could not say whether it names the client. The client counts as not listed.</summary>
/// <param name="Text">For people: <c>no answer within 2 s</c>, <c>refuses our queries (127.255.255.254)</c>.</param>
public sealed record DnsListProblem(string Zone, string Text);
