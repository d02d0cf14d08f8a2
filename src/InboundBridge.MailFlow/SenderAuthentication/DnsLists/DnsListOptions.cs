namespace InboundBridge.MailFlow.SenderAuthentication.DnsLists;

/// <summary>One entry of configuration <c>dnsbl</c>.</summary>
public sealed record DnsListOptions
{
    public required string Zone { get; init; }

    /// <summary>The answers that count. Empty: every one of 127.0.0.0/8 but the errors in 127.255.255.0/24.</summary>
    public IReadOnlyList<DnsListCodes> Codes { get; init; } = [];

    /// <summary>How long a mail waits for this list. Lists that are well kept answer in milliseconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A list of good clients, not of bad ones.</summary>
    public bool Allow { get; init; }

    /// <summary>How many answers of one list are reported; one client is seldom listed for more than five reasons.</summary>
    public int MostCodes { get; init; } = 16;
}
