namespace InboundBridge.MailFlow.Dns;

/// <summary>Who asks a question.</summary>
/// <param name="Client">Whose share of the resolver it takes.</param>
/// <param name="IsUrgent">It comes before the client's other questions.</param>
internal readonly record struct DnsAsker(UInt128 Client, bool IsUrgent)
{
    /// <summary>Look-ups of our own, such as those of deliveries; what their clients may cause is limited elsewhere.</summary>
    public static DnsAsker Ourselves { get; } = new(DnsShares.Ourselves, IsUrgent: false);
}
