using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Sharing;

namespace InboundBridge.MailFlow.Spool;

/// <summary>The exchange of a shared spool that is not open yet. Until it is, nobody can be told or asked.</summary>
/// <param name="find">The exchange of the open spool; null while it is not open.</param>
internal sealed class LateExchange(Func<INodeExchange?> find) : INodeExchange
{
    public bool IsShared => true;

    private INodeExchange Open => find() ?? throw new SpoolUnavailableException("the spool is not open");

    public ValueTask<IReadOnlyList<TimeSpan>> AddCountsAsync(IReadOnlyList<NodeCount> counts, CancellationToken cancellationToken) =>
        Open.AddCountsAsync(counts, cancellationToken);

    public ValueTask<IReadOnlyList<int>> CountSharersAsync(
        string node, IReadOnlyList<string> destinations, CancellationToken cancellationToken) =>
        Open.CountSharersAsync(node, destinations, cancellationToken);

    public ValueTask<NodeAnswer?> FindAnswerAsync(string question, CancellationToken cancellationToken) =>
        Open.FindAnswerAsync(question, cancellationToken);

    public ValueTask KeepAnswersAsync(IReadOnlyDictionary<string, NodeAnswer> answers, CancellationToken cancellationToken) =>
        Open.KeepAnswersAsync(answers, cancellationToken);
}
