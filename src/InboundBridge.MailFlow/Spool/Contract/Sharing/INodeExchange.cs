namespace InboundBridge.MailFlow.Spool.Contract.Sharing;

/// <summary>
/// What the nodes of a shared store tell each other beside mail. It is not durable: a crash of the store loses it, and each node goes on
/// with what it knows itself. Texts are stored as keyed digests, so the store is no record of who wrote to whom. Every method may throw
/// <see cref="SpoolUnavailableException"/>.
/// </summary>
public interface INodeExchange
{
    /// <summary>False where one node has the store alone: then there is nothing to tell, and nothing to hear.</summary>
    bool IsShared { get; }

    /// <summary>Adds what this node has counted under rate limits to what others have, and asks for the sums.</summary>
    /// <param name="counts">At most some thousands, each key once.</param>
    /// <returns>For each count, how long until everything has drained that all nodes have counted.</returns>
    ValueTask<IReadOnlyList<TimeSpan>> AddCountsAsync(IReadOnlyList<NodeCount> counts, CancellationToken cancellationToken);

    /// <summary>Tells that a node delivers to destinations now, and asks how many nodes do; this one included.</summary>
    /// <param name="node">The same name in each call of this process, and another one in each other process.</param>
    /// <returns>A number for each destination, in their order. A node counts for five seconds.</returns>
    ValueTask<IReadOnlyList<int>> CountSharersAsync(
        string node, IReadOnlyList<string> destinations, CancellationToken cancellationToken);

    /// <summary>An answer that a node has kept and that has not expired by the store's clock; null when there is none.</summary>
    ValueTask<NodeAnswer?> FindAnswerAsync(string question, CancellationToken cancellationToken);

    /// <summary>Keeps answers for the other nodes; they replace older ones.</summary>
    /// <param name="answers">At most some hundreds, each question once. <see cref="NodeAnswer.Left"/> counts from now on.</param>
    ValueTask KeepAnswersAsync(IReadOnlyDictionary<string, NodeAnswer> answers, CancellationToken cancellationToken);
}
