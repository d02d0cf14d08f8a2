using System.Xml;
using InboundBridge.Mime.Reading;

namespace InboundBridge.Mime.Reports;

/// <summary>A small element tree without namespaces and attributes; elements beyond the caps are skipped.</summary>
internal sealed class XmlNode(string name)
{
    private const int Deepest = 16;

    /// <summary>Most elements of one tree; a record of a report has about 40.</summary>
    private const int MostNodes = 2000;

    /// <summary>The parser keeps state for each open element, so unbounded depth would be unbounded memory.</summary>
    private const int DeepestElement = 100;

    private const int TextPiece = 1024;

    private static readonly string TooMany =
        $"an element of a report holds more than {MostNodes} others, or is nested deeper than {Deepest}; the rest of it was not read";

    private List<XmlNode>? _children;
    private string? _text;

    public string Name => name;

    public IReadOnlyList<XmlNode> Children => _children ?? (IReadOnlyList<XmlNode>)[];

    /// <summary>The element's text; null where it is empty.</summary>
    public string? Text => _text?.Trim() is { Length: > 0 } text ? text : null;

    public XmlNode? Child(string childName) => _children?.Find(child => child.Name.Equals(childName, StringComparison.OrdinalIgnoreCase));

    public IEnumerable<XmlNode> All(string childName) =>
        Children.Where(child => child.Name.Equals(childName, StringComparison.OrdinalIgnoreCase));

    public string? Value(string childName) => Child(childName)?.Text;

    /// <summary>The text in lower case, for words of a fixed list.</summary>
    public string? Word(string childName) => Value(childName)?.ToLowerInvariant();

    /// <summary>Reads the element at the reader's position with everything in it; afterwards the reader is at its end.</summary>
    /// <exception cref="UnpackLimitException">Elements are nested too deep.</exception>
    public static XmlNode Read(XmlReader reader, ProblemList problems)
    {
        var root = new XmlNode(reader.LocalName);
        if (reader.IsEmptyElement)
            return root;
        var open = new Stack<XmlNode>();
        open.Push(root);
        var skipped = 0;
        var nodes = 1;
        while (open.Count > 0 && reader.Read())
        {
            if (reader.Depth > DeepestElement)
                throw new UnpackLimitException($"the XML of a report is nested deeper than {DeepestElement} and was not read");
            if (reader.NodeType == XmlNodeType.Element)
            {
                var accepted = skipped == 0 && open.Count < Deepest && nodes < MostNodes;
                var child = accepted ? new XmlNode(reader.LocalName) : root;
                if (accepted)
                    (open.Peek()._children ??= []).Add(child);
                else
                    problems.Add(TooMany);
                nodes++;
                if (reader.IsEmptyElement)
                    continue;
                if (accepted)
                    open.Push(child);
                else
                    skipped++;
            }
            else if (reader.NodeType == XmlNodeType.EndElement)
            {
                if (skipped > 0)
                    skipped--;
                else
                    open.Pop();
            }
            else if (skipped == 0 && reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
            {
                open.Peek().AddText(reader);
            }
        }
        return root;
    }

    /// <summary>Reads piece by piece: a text read as one value would be held whole, whatever its length.</summary>
    private void AddText(XmlReader reader)
    {
        var piece = System.Buffers.ArrayPool<char>.Shared.Rent(TextPiece);
        while ((_text?.Length ?? 0) < ReportAllowance.LongestText && reader.ReadValueChunk(piece, 0, TextPiece) is > 0 and var count)
            _text = string.Concat(_text, piece.AsSpan(0, count));
        System.Buffers.ArrayPool<char>.Shared.Return(piece);
    }
}
