namespace InboundBridge.MailFlow.Reception.Recipients;

/// <summary>
/// A list of addresses and patterns with <c>*</c> and <c>?</c>; case is ignored. Addresses are found by hash; patterns are tried one after
/// another.
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

    /// <summary>Parses one address or pattern on each line; empty lines and lines that begin with <c>#</c> are ignored.</summary>
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

    /// <summary>Backtracks only to the last star, so the time is at most the product of both lengths.</summary>
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
