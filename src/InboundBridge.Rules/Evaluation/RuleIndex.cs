using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;

namespace InboundBridge.Rules.Evaluation;

/// <summary>
/// Selects the rules that can match, by their conditions on the recipient or, where those exclude little, on the sender. Rules with neither
/// a fixed beginning nor a fixed domain in these conditions are always candidates.
/// </summary>
internal sealed class RuleIndex
{
    private readonly AddressIndex _byRecipient;
    private readonly AddressIndex _bySender;
    private readonly int[] _always;
    private readonly int[] _enabled;

    public RuleIndex(IReadOnlyList<Rule> rules)
    {
        _enabled = [.. Enumerable.Range(0, rules.Count).Where(index => rules[index].Enabled)];
        var byRecipient = new List<(int, IReadOnlyList<AddressKey>)>();
        var bySender = new List<(int, IReadOnlyList<AddressKey>)>();
        var always = new List<int>();
        foreach (var index in _enabled)
        {
            var recipients = AddressKey.OfRecipient(rules[index].When);
            // One of our domains may have any number of rules; one sender's address or domain seldom has many.
            var senders = recipients is null || recipients.Any(key => key.IsDomain) ? AddressKey.OfSender(rules[index].When) : null;
            if (senders is not null)
                bySender.Add((index, senders));
            else if (recipients is not null)
                byRecipient.Add((index, recipients));
            else
                always.Add(index);
        }
        (_byRecipient, _bySender, _always) = (new AddressIndex(byRecipient), new AddressIndex(bySender), [.. always]);
    }

    /// <summary>Adds the indexes of the rules that can match, in order.</summary>
    /// <param name="facts">Supplies the sender; null: no rule is excluded for its sender.</param>
    public void Select(RuleRecipient recipient, MessageFacts? facts, List<int> candidates)
    {
        if (!AddressIndex.Takes(recipient.Address))
        {
            candidates.AddRange(_enabled);
            return;
        }
        var lists = _byRecipient.Find(recipient.Address, recipient.Local, recipient.Domain, candidates);
        lists += FindBySender(facts, candidates);
        if (lists > 1)
            SortOnce(candidates);
        Merge(candidates);
    }

    private int FindBySender(MessageFacts? facts, List<int> candidates)
    {
        if (_bySender.Places.Length == 0)
            return 0;
        if (facts is not null && facts.Get(Fact.Sender) is { Shape: FactShape.Text, Text: var sender }
            && facts.Get(Fact.SenderDomain) is { Shape: FactShape.Text, Text: var domain } && AddressIndex.Takes(sender)
                && AddressIndex.Takes(domain))
        {
            var at = sender.LastIndexOf('@');
            var written = sender.AsSpan(at + 1);
            var lists = _bySender.Find(sender, at < 0 ? sender : sender.AsSpan(0, at), written, candidates);
            // Sender and sender_domain are separate facts: where their domains differ, both count.
            return written.Equals(domain, StringComparison.OrdinalIgnoreCase) ? lists : lists + _bySender.Find([], [], domain, candidates);
        }
        candidates.AddRange(_bySender.Places);
        return 1;
    }

    /// <summary>Sorts, and removes duplicates: a rule with several keys may be found by more than one.</summary>
    private static void SortOnce(List<int> candidates)
    {
        candidates.Sort();
        var kept = 0;
        for (var index = 0; index < candidates.Count; index++)
        {
            if (kept == 0 || candidates[kept - 1] != candidates[index])
                candidates[kept++] = candidates[index];
        }
        candidates.RemoveRange(kept, candidates.Count - kept);
    }

    /// <summary>
    /// Merges the rules that are always candidates with those that were found, from the back, so that each is copied once.
    /// </summary>
    private void Merge(List<int> candidates)
    {
        var found = candidates.Count;
        candidates.AddRange(_always);
        if (found == 0 || _always.Length == 0)
            return;
        var (left, right) = (found - 1, _always.Length - 1);
        for (var place = candidates.Count - 1; right >= 0; place--)
            candidates[place] = left >= 0 && candidates[left] > _always[right] ? candidates[left--] : _always[right--];
    }
}
