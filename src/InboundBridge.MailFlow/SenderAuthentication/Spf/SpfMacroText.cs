using InboundBridge.Text;

namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>A macro-string or domain-spec, read once and expanded for each mail (RFC 7208 §7).</summary>
internal sealed class SpfMacroText
{
    private readonly IReadOnlyList<SpfMacroPart> _parts;

    public SpfMacroText(IReadOnlyList<SpfMacroPart> parts)
    {
        _parts = parts;
        foreach (var part in parts)
        {
            NamesLocalPart |= part is SpfMacroPart.Macro { Letter: 's' or 'l' };
            NamesClient |= part is SpfMacroPart.Macro { Letter: 'p' };
        }
    }

    /// <summary>The expansion contains the sender's local part.</summary>
    public bool NamesLocalPart { get; }

    /// <summary>The expansion needs the confirmed names of the client.</summary>
    public bool NamesClient { get; }

    /// <summary>
    /// Expands from the right and stops when there is enough: the left part of a long name is dropped anyway (RFC 7208 §7.3), and a
    /// record of 64 KB full of macros must not become megabytes.
    /// </summary>
    /// <param name="most">At least this many characters at the end of the expansion are right.</param>
    public string ExpandEnd(SpfMacroValues values, string domain, string clientName, int most)
    {
        if (_parts is [SpfMacroPart.Literal only])
            return only.Text;
        var pieces = new Stack<string>();
        var length = 0;
        for (var index = _parts.Count - 1; index >= 0 && length < most; index--)
        {
            var piece = Expand(_parts[index], values, domain, clientName);
            pieces.Push(piece);
            length += piece.Length;
        }
        return string.Concat(pieces);
    }

    /// <summary>Expands from the left; what is longer than <paramref name="most"/> characters is cut.</summary>
    public string ExpandStart(SpfMacroValues values, string domain, string clientName, int most)
    {
        var pieces = new List<string>();
        var length = 0;
        for (var index = 0; index < _parts.Count && length < most; index++)
        {
            var piece = Expand(_parts[index], values, domain, clientName);
            pieces.Add(piece);
            length += piece.Length;
        }
        return CutText.At(string.Concat(pieces), most);
    }

    private static string Expand(SpfMacroPart part, SpfMacroValues values, string domain, string clientName) => part switch
    {
        SpfMacroPart.Literal literal => literal.Text,
        SpfMacroPart.Macro macro => macro.Transform(values.Find(macro.Letter, domain, clientName)),
        _ => throw new InvalidOperationException(),
    };
}
