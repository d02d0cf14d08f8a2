namespace InboundBridge.Rules.Evaluation;

/// <summary>
/// Finds the rules that can match a recipient at all: by the hash of the address, of its local part, and of its first characters together with its domain.
/// Rules whose condition on the recipient has no fixed beginning and no fixed domain, or that have none, are always candidates.
/// </summary>
internal sealed class RuleIndex
{
    /// <summary>Characters of a look-up key on the stack. A longer address (RFC 5321 allows 320) is decided by all rules.</summary>
    private const int LongestKey = 700;

    /// <summary>Nearly all are shorter. What lies on the stack is cleared first.</summary>
    private const int UsualKey = 128;

    private readonly Dictionary<string, int[]> _keyed = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly int[] _always;
    private readonly int[] _enabled;
    private readonly int[] _prefixLengths;
    private readonly int[] _prefixLengthsAnywhere;

    public RuleIndex(IReadOnlyList<Rule> rules)
    {
        _lookup = _keyed.GetAlternateLookup<ReadOnlySpan<char>>();
        _enabled = [.. Enumerable.Range(0, rules.Count).Where(index => rules[index].Enabled)];
        var building = new Dictionary<string, List<int>>(StringComparer.OrdinalIgnoreCase);
        var lengths = (InDomain: new SortedSet<int>(), Anywhere: new SortedSet<int>());
        var always = new List<int>();
        foreach (var index in _enabled)
        {
            if (RecipientKey.Of(rules[index].When) is not { } keys)
            {
                always.Add(index);
                continue;
            }
            foreach (var key in keys)
            {
                if (key.Kind == RecipientKeyKind.Prefix)
                    (key.Domain.Length == 0 ? lengths.Anywhere : lengths.InDomain).Add(key.Text.Length);
                ref var places = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(
                    building, $"{(char)key.Kind}{key.Text}\n{key.Domain}", out _);
                places ??= [];
                if (places.Count == 0 || places[^1] != index)
                    places.Add(index);
            }
        }
        foreach (var (key, places) in building)
            _keyed[key] = [.. places];
        _always = [.. always];
        (_prefixLengths, _prefixLengthsAnywhere) = ([.. lengths.InDomain], [.. lengths.Anywhere]);
    }

    /// <summary>Adds their places in the set, in order.</summary>
    public void Select(RuleRecipient recipient, List<int> candidates)
    {
        var address = recipient.Address;
        // Outside of ASCII, expressions and this index may differ in what is the same but for case.
        if (address.Length + recipient.Domain.Length + 2 > LongestKey || !System.Text.Ascii.IsValid(address))
        {
            candidates.AddRange(_enabled);
            return;
        }
        if (_keyed.Count > 0)
        {
            Span<char> key = address.Length + recipient.Domain.Length + 2 <= UsualKey ? stackalloc char[UsualKey] : stackalloc char[LongestKey];
            var lists = Find(RecipientKeyKind.Address, address, string.Empty, candidates, key);
            lists += Find(RecipientKeyKind.Local, recipient.Local, string.Empty, candidates, key);
            foreach (var length in _prefixLengths)
            {
                if (length <= address.Length)
                    lists += Find(RecipientKeyKind.Prefix, address.AsSpan(0, length), recipient.Domain, candidates, key);
            }
            foreach (var length in _prefixLengthsAnywhere)
            {
                if (length <= address.Length)
                    lists += Find(RecipientKeyKind.Prefix, address.AsSpan(0, length), string.Empty, candidates, key);
            }
            if (lists > 1)
                SortOnce(candidates);
        }
        Merge(candidates);
    }

    private int Find(RecipientKeyKind kind, ReadOnlySpan<char> text, string domain, List<int> candidates, Span<char> key)
    {
        key[0] = (char)kind;
        text.CopyTo(key[1..]);
        key[1 + text.Length] = '\n';
        domain.CopyTo(key[(2 + text.Length)..]);
        if (!_lookup.TryGetValue(key[..(2 + text.Length + domain.Length)], out var places))
            return 0;
        candidates.AddRange(places);
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
