using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Sharing;

namespace InboundBridge.UnitTests.MailFlow.Spool;

/// <summary>What nodes tell each other, in memory; the same object for all of them.</summary>
internal sealed class MemoryExchange(TimeProvider clock) : INodeExchange
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _drainedAt = [];
    private readonly Dictionary<(string Destination, string Node), DateTimeOffset> _seenAt = [];
    private readonly Dictionary<string, (bool IsYes, DateTimeOffset Expires)> _answers = [];

    public bool IsShared { get; set; } = true;

    /// <summary>Every call fails, as without the database.</summary>
    public bool IsBroken { get; set; }

    /// <summary>What a call throws while it is broken.</summary>
    public Exception Fault { get; set; } = new SpoolUnavailableException("the database is away");

    public int Calls { get; private set; }

    private DateTimeOffset Now => clock.GetUtcNow();

    public ValueTask<IReadOnlyList<TimeSpan>> AddCountsAsync(IReadOnlyList<NodeCount> counts, CancellationToken cancellationToken)
    {
        using var _ = Enter();
        var lefts = new List<TimeSpan>();
        foreach (var count in counts)
        {
            var from = _drainedAt.TryGetValue(count.Key, out var known) && known > Now ? known : Now;
            _drainedAt[count.Key] = from + count.Drain < Now + count.Most ? from + count.Drain : Now + count.Most;
            lefts.Add(_drainedAt[count.Key] - Now);
        }
        return new(lefts);
    }

    public ValueTask<IReadOnlyList<int>> CountSharersAsync(
        string node, IReadOnlyList<string> destinations, CancellationToken cancellationToken)
    {
        using var _ = Enter();
        foreach (var destination in destinations)
            _seenAt[(destination, node)] = Now;
        return new([.. destinations.Select(destination =>
            _seenAt.Count(seen => seen.Key.Destination == destination && seen.Value > Now.AddSeconds(-5)))]);
    }

    public ValueTask<NodeAnswer?> FindAnswerAsync(string question, CancellationToken cancellationToken)
    {
        using var _ = Enter();
        return new(_answers.TryGetValue(question, out var known) && known.Expires > Now
            ? new NodeAnswer(known.IsYes, known.Expires - Now) : (NodeAnswer?)null);
    }

    public ValueTask KeepAnswersAsync(IReadOnlyDictionary<string, NodeAnswer> answers, CancellationToken cancellationToken)
    {
        using var _ = Enter();
        foreach (var (question, answer) in answers)
            _answers[question] = (answer.IsYes, Now + answer.Left);
        return ValueTask.CompletedTask;
    }

    private Lock.Scope Enter()
    {
        var scope = _gate.EnterScope();
        Calls++;
        if (!IsBroken)
            return scope;
        scope.Dispose();
        throw Fault;
    }
}
