namespace InboundBridge.Rules.Evaluation;

/// <summary>Finds the rules that can match a recipient at all.</summary>
internal sealed class RuleIndex
{
    private readonly int[] _enabled;

    public RuleIndex(IReadOnlyList<Rule> rules) =>
        _enabled = [.. Enumerable.Range(0, rules.Count).Where(index => rules[index].Enabled)];

    /// <summary>Adds their places in the set, in order.</summary>
    public void Select(RuleRecipient recipient, List<int> candidates)
    {
        _ = recipient;
        candidates.AddRange(_enabled);
    }
}
