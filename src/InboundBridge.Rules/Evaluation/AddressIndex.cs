using System.Runtime.InteropServices;

namespace InboundBridge.Rules.Evaluation;

/// <summary>
/// Finds rules by an address: by the whole address, by its local part, or by its first characters together with its domain.
/// </summary>
internal sealed class AddressIndex
{
    /// <summary>Characters (RFC 5321 §4.5.3.1 allows 320). For a longer address, every rule is evaluated.</summary>
    private const int LongestAddress = 349;

    /// <summary>Characters of a look-up key on the stack: its kind, an address, a line feed and a domain.</summary>
    private const int LongestKey = (2 * LongestAddress) + 2;

    /// <summary>Nearly all keys are shorter; a small buffer saves the time to clear a large one.</summary>
    private const int UsualKey = 128;

    private readonly Dictionary<string, int[]> _keyed = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly int[] _prefixLengths;
    private readonly int[] _prefixLengthsAnywhere;

    /// <param name="rules">In order, each with keys of which an address must have one.</param>
    public AddressIndex(IReadOnlyList<(int Place, IReadOnlyList<AddressKey> Keys)> rules)
    {
        _lookup = _keyed.GetAlternateLookup<ReadOnlySpan<char>>();
        Places = [.. rules.Select(rule => rule.Place)];
        var building = new Dictionary<string, List<int>>(StringComparer.OrdinalIgnoreCase);
        var lengths = (InDomain: new List<int>(), Anywhere: new List<int>());
        foreach (var (place, keys) in rules)
        {
            foreach (var key in keys)
            {
                if (key.Kind == AddressKeyKind.Prefix)
                    AddOnce(key.Domain.Length == 0 ? lengths.Anywhere : lengths.InDomain, key.Text.Length);
                ref var places = ref CollectionsMarshal.GetValueRefOrAddDefault(building, $"{(char)key.Kind}{key.Text}\n{key.Domain}",
                    out _);
                places ??= [];
                if (places.Count == 0 || places[^1] != place)
                    places.Add(place);
            }
        }
        foreach (var (key, places) in building)
            _keyed[key] = [.. places];
        lengths.InDomain.Sort();
        lengths.Anywhere.Sort();
        (_prefixLengths, _prefixLengthsAnywhere) = ([.. lengths.InDomain], [.. lengths.Anywhere]);

        // Few lengths are different, and the runtime has lists of numbers compiled, but no sorted sets of them.
        static void AddOnce(List<int> lengths, int length)
        {
            if (!lengths.Contains(length))
                lengths.Add(length);
        }
    }

    /// <summary>Every rule of the index, in order.</summary>
    public int[] Places { get; }

    /// <summary>
    /// False for an address that the index can't judge: outside ASCII, expressions and this index may fold case differently.
    /// </summary>
    public static bool Takes(ReadOnlySpan<char> address) => address.Length <= LongestAddress && System.Text.Ascii.IsValid(address);

    /// <summary>Adds the rules that may match, list by list; a rule may be in several lists. Returns the number of lists.</summary>
    /// <param name="address">The index <see cref="Takes"/> it, and the domain.</param>
    public int Find(ReadOnlySpan<char> address, ReadOnlySpan<char> local, ReadOnlySpan<char> domain, List<int> candidates)
    {
        if (_keyed.Count == 0)
            return 0;
        Span<char> key = address.Length + domain.Length + 2 <= UsualKey ? stackalloc char[UsualKey] : stackalloc char[LongestKey];
        var lists = Find(AddressKeyKind.Address, address, [], candidates, key);
        lists += Find(AddressKeyKind.Local, local, [], candidates, key);
        foreach (var length in _prefixLengths)
        {
            if (length <= address.Length)
                lists += Find(AddressKeyKind.Prefix, address[..length], domain, candidates, key);
        }
        foreach (var length in _prefixLengthsAnywhere)
        {
            if (length <= address.Length)
                lists += Find(AddressKeyKind.Prefix, address[..length], [], candidates, key);
        }
        return lists;
    }

    private int Find(AddressKeyKind kind, ReadOnlySpan<char> text, ReadOnlySpan<char> domain, List<int> candidates, Span<char> key)
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
}
