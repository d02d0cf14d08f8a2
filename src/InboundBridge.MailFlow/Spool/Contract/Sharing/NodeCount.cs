namespace InboundBridge.MailFlow.Spool.Contract.Sharing;

/// <summary>What a node has counted under a rate limit since it last told the others.</summary>
/// <param name="Key">The limit, and what it counts by. The store keeps a keyed digest of it.</param>
/// <param name="Drain">How long the limit takes to let so much through.</param>
/// <param name="Most">The sum says at most this much.</param>
public readonly record struct NodeCount(string Key, TimeSpan Drain, TimeSpan Most);
