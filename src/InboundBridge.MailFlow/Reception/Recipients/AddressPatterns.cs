namespace InboundBridge.MailFlow.Reception.Recipients;

/// <summary>
/// A list of addresses, written out or with <c>*</c> and <c>?</c>, without regard to case. Written-out ones are found by hash; a pattern costs a look at each.
/// </summary>
public sealed class AddressPatterns
{
    private readonly HashSet<string> _exact = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _globs = [];

    public AddressPatterns(IEnumerable<string> patterns)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.AsSpan().ContainsAny('*', '?'))
                _globs.Add(pattern);
            else
                _exact.Add(pattern);
        }
    }

    public int Count => _exact.Count + _globs.Count;

    /// <summary>One address or pattern a line; empty lines and what stands behind <c>#</c> at a line's start don't count.</summary>
    public static AddressPatterns Parse(string text) => new(
        text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#'));

    public bool Contains(string address)
    {
        if (_exact.Contains(address))
            return true;
        foreach (var glob in _globs)
        {
            if (Matches(glob, address))
                return true;
        }
        return false;
    }

    /// <summary>Goes back to the last star only, so that no pattern takes more than the product of both lengths.</summary>
    private static bool Matches(ReadOnlySpan<char> glob, ReadOnlySpan<char> text)
    {
        var (at, here, star, resume) = (0, 0, -1, 0);
        while (here < text.Length)
        {
            if (at < glob.Length && glob[at] == '*')
            {
                star = at++;
                resume = here;
            }
            else if (at < glob.Length && (glob[at] == '?' || char.ToUpperInvariant(glob[at]) == char.ToUpperInvariant(text[here])))
            {
                at++;
                here++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                here = ++resume;
            }
            else
            {
                return false;
            }
        }
        return glob[at..].TrimStart('*').Length == 0;
    }
}
