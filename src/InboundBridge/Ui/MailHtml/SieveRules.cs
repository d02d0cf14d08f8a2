using System.Buffers;

namespace InboundBridge.Ui.MailHtml;

/// <summary>Which tags and attributes of a mail are copied for cleaning, and how large they may be.</summary>
internal sealed class SieveRules
{
    /// <summary>Characters of an attribute; addresses may hold a picture.</summary>
    private const int LongestValue = 10_000;

    private const int LongestAddress = 1024 * 1024;

    /// <summary>Declarations, functions and escapes of one style. The work of a style's parser grows with their square.</summary>
    private const int MostPieces = 400;

    private static readonly SearchValues<char> Pieces = SearchValues.Create(";:&(){}[]\\/");

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Void =
        new HashSet<string>(["area", "br", "col", "hr", "img", "wbr"], StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Their content is not for readers.</summary>
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Skipped =
        new HashSet<string>(["script", "style", "title"], StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _tags;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _attributes;

    /// <param name="tags">In lower case, as <paramref name="attributes"/>.</param>
    public SieveRules(IEnumerable<string> tags, IEnumerable<string> attributes)
    {
        _tags = new HashSet<string>(tags, StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
        _attributes = new HashSet<string>(attributes, StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public static bool IsVoid(string tag) => Void.Contains(tag);

    /// <summary>The name in lower case; null for a tag that is left out, while its content is kept.</summary>
    public string? TagOf(ReadOnlySpan<char> name) => _tags.TryGetValue(name, out var known) ? known : null;

    /// <summary>A tag that is left out with its content.</summary>
    public static bool IsSkipped(ReadOnlySpan<char> name) => Skipped.Contains(name);

    /// <summary>The name in lower case; null for an attribute that is left out.</summary>
    /// <exception cref="HtmlTooHeavyException">No mail program writes such a value.</exception>
    public string? AttributeOf(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        if (!_attributes.TryGetValue(name, out var known))
            return null;
        if (value.Length > (known is "src" or "href" ? LongestAddress : LongestValue))
            throw new HtmlTooHeavyException($"it has a {known} of {value.Length} characters");
        if (known == "style" && CountPieces(value) > MostPieces)
            throw new HtmlTooHeavyException($"it has a style of more than {MostPieces} pieces");
        return known;
    }

    private static int CountPieces(ReadOnlySpan<char> style)
    {
        var count = 0;
        while (style.IndexOfAny(Pieces) is >= 0 and var next)
        {
            count++;
            style = style[(next + 1)..];
        }
        return count;
    }
}
