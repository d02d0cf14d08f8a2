namespace InboundBridge.MailFlow.TransportSecurity.MtaSts;

/// <summary>A domain's MTA-STS policy (RFC 8461 §3.2).</summary>
/// <param name="MaxAge">How long the policy may be kept.</param>
/// <param name="Hosts">Patterns in lower case: a name, or <c>*.</c> and a name.</param>
/// <param name="Lines">The lines of the policy as they were fetched, for reports.</param>
public sealed record MtaStsPolicy(MtaStsMode Mode, TimeSpan MaxAge, IReadOnlyList<string> Hosts, IReadOnlyList<string> Lines)
{
    /// <summary>Whether the policy lists a mail exchanger. A star stands for exactly one label (RFC 8461 §4.1).</summary>
    public bool Lists(string host)
    {
        var name = host.AsSpan().TrimEnd('.');
        foreach (var pattern in Hosts)
        {
            if (pattern.StartsWith("*.", StringComparison.Ordinal)
                ? name.IndexOf('.') is > 0 and var dot && name[dot..].Equals(pattern.AsSpan(1), StringComparison.OrdinalIgnoreCase)
                : name.Equals(pattern, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }
}
