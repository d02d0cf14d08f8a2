using InboundBridge.Publishing;

namespace InboundBridge.Operations.Publishing;

/// <summary>The records that a domain should publish, and what is published.</summary>
/// <param name="At">When the DNS was asked.</param>
/// <param name="Problem">Why nothing could be compared; null where it was.</param>
internal sealed record PublishedRecords(string Domain, IReadOnlyList<RecordFinding> Findings, DateTimeOffset At, string? Problem);
