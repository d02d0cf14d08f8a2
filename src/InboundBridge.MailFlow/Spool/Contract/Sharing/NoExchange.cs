namespace InboundBridge.MailFlow.Spool.Contract.Sharing;

/// <summary>The exchange of a store that one node has alone.</summary>
public sealed class NoExchange : INodeExchange
{
    public static NoExchange Instance { get; } = new();

    public bool IsShared => false;

    public ValueTask<IReadOnlyList<TimeSpan>> AddCountsAsync(IReadOnlyList<NodeCount> counts, CancellationToken cancellationToken) =>
        new([.. counts.Select(count => count.Drain)]);

    public ValueTask<IReadOnlyList<int>> CountSharersAsync(
        string node, IReadOnlyList<string> destinations, CancellationToken cancellationToken) => new([.. destinations.Select(_ => 1)]);

    public ValueTask<NodeAnswer?> FindAnswerAsync(string question, CancellationToken cancellationToken) => new((NodeAnswer?)null);

    public ValueTask KeepAnswersAsync(IReadOnlyDictionary<string, NodeAnswer> answers, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;
}
