using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>The name that results from a domain-spec.</summary>
internal static class SpfTargetName
{
    /// <summary>Characters of a name (RFC 7208 §7.3).</summary>
    public const int Longest = 253;

    /// <summary>Without the last dot; labels at the left are dropped until it is short enough (RFC 7208 §7.3).</summary>
    public static string Cut(string name)
    {
        name = DnsName.Trim(name);
        if (name.Length <= Longest)
            return name;
        var dot = name.IndexOf('.', name.Length - Longest - 1);
        return dot < 0 ? name : name[(dot + 1)..];
    }
}
