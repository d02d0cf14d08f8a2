using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;

namespace InboundBridge.Rules.Evaluation;

/// <summary>
/// Finds the rules that can match at all, by what they ask of the recipient or, where that tells little, of the sender.
/// Rules that ask neither for a fixed beginning nor for a fixed domain are always candidates.
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
            // A domain of ours has any number of rules; a sender's address or domain seldom has many.
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

    /// <summary>Adds their places in the set, in order.</summary>
    /// <param name="facts">Asked for the sender; null: it may be anybody.</param>
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
            && facts.Get(Fact.SenderDomain) is { Shape: FactShape.Text, Text: var domain } && AddressIndex.Takes(sender) && AddressIndex.Takes(domain))
        {
            var at = sender.LastIndexOf('@');
            var written = sender.AsSpan(at + 1);
            var lists = _bySender.Find(sender, at < 0 ? sender : sender.AsSpan(0, at), written, candidates);
            // The two facts are apart: where they differ, both count.
            return written.Equals(domain, StringComparison.OrdinalIgnoreCase) ? lists : lists + _bySender.Find([], [], domain, candidates);
        }
        candidates.AddRange(_bySender.Places);
        return 1;
    }

    /// <summary>A rule with several keys may be found by more than one of them.</summary>
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

    /// <summary>Puts the rules that are always candidates between the found ones, from the back, so that nothing is copied twice.</summary>
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
