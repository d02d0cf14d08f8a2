namespace InboundBridge.MailFlow.Verdicts;

/// <summary>A DNS list that names the client (RFC 5782).</summary>
/// <param name="Zone">The list's domain as configured.</param>
/// <param name="Code">The answer that counted (<c>127.0.0.2</c>).</param>
/// <param name="Allows">A list of good clients, not of bad ones.</param>
public sealed record DnsblListing(string Zone, string Code, bool Allows = false);
