namespace InboundBridge.MailFlow.Spool.Postgres.Records;

/// <summary>Rows of <c>sharers</c>: which nodes deliver to which destinations.</summary>
internal static class SharerRows
{
    /// <summary>How long a node counts after it was last seen. Nodes tell once a second, so some calls may fail.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);
}
