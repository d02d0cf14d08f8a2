namespace InboundBridge.Mime.Reports;

/// <summary>The memory that one parsed report may take. Texts that repeat (domains, results) are kept once.</summary>
internal sealed class ReportAllowance
{
    /// <summary>Octets. A report of 10,000 records, as large receivers send, takes about 5 MB.</summary>
    private const int Most = 8 * 1024 * 1024;

    /// <summary>Most characters of one text; the rest is cut.</summary>
    public const int LongestText = 4096;

    private const int MostKnown = 256;
    private const int LongestKnown = 256;

    /// <summary>Octets of a string besides its characters.</summary>
    private const int StringOctets = 24;

    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);
    private int _left = Most;

    public bool IsSpent => _left <= 0;

    /// <param name="octets">Of an object that the report keeps, without its texts.</param>
    public void Take(int octets) => _left -= octets;

    public string? Keep(string? text)
    {
        if (text is null)
            return null;
        if (_known.TryGetValue(text, out var known))
            return known;
        _left -= StringOctets + (text.Length * sizeof(char));
        if (text.Length <= LongestKnown && _known.Count < MostKnown)
            _known.Add(text, text);
        return text;
    }
}
