using InboundBridge.MailFlow.Spool.Contract.Nodes;

namespace InboundBridge.MailFlow.Spool.Health;

/// <summary>Remembers the one node of a store that only one process can open.</summary>
internal sealed class OnlyNode(TimeProvider clock)
{
    private Report? _report;

    public void Set(SpoolNode self) =>
        Volatile.Write(ref _report, new Report(self.Cut(), clock.GetUtcNow(), clock.GetTimestamp()));

    public IReadOnlyList<HeardNode> List() => Volatile.Read(ref _report) is { } report
        ? [new HeardNode(report.Node, report.At, clock.GetElapsedTime(report.Timestamp))]
        : [];

    public void Remove(string id)
    {
        if (Volatile.Read(ref _report) is { } report && report.Node.Id == id)
            Interlocked.CompareExchange(ref _report, null, report);
    }

    private sealed record Report(SpoolNode Node, DateTimeOffset At, long Timestamp);
}
