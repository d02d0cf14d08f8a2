using System.Text;
using System.Xml;

namespace InboundBridge.Mime.Reports;

/// <summary>A small element tree without namespaces and attributes; what is deeper or more than the caps is passed over.</summary>
internal sealed class XmlNode(string name)
{
    private const int Deepest = 16;
    private const int MostChildren = 2000;
    private const int LongestText = 4096;

    private readonly StringBuilder _text = new();

    public string Name => name;

    public List<XmlNode> Children { get; } = [];

    /// <summary>Null where it is empty.</summary>
    public string? Text => _text.ToString().Trim() is { Length: > 0 } text ? text : null;

    public XmlNode? Child(string childName) => Children.Find(child => child.Name.Equals(childName, StringComparison.OrdinalIgnoreCase));

    public IEnumerable<XmlNode> All(string childName) => Children.Where(child => child.Name.Equals(childName, StringComparison.OrdinalIgnoreCase));

    public string? Value(string childName) => Child(childName)?.Text;

    /// <summary>Lower case, for words of a fixed list.</summary>
    public string? Word(string childName) => Value(childName)?.ToLowerInvariant();

    /// <summary>The element on which the reader stands, with everything in it; afterwards the reader stands on its end.</summary>
    public static XmlNode Read(XmlReader reader)
    {
        var root = new XmlNode(reader.LocalName);
        if (reader.IsEmptyElement)
            return root;
        var open = new Stack<XmlNode>();
        open.Push(root);
        var skipped = 0;
        while (open.Count > 0 && reader.Read())
        {
            if (reader.NodeType == XmlNodeType.Element)
            {
                var accepted = skipped == 0 && open.Count < Deepest && open.Peek().Children.Count < MostChildren;
                var child = new XmlNode(reader.LocalName);
                if (accepted)
                    open.Peek().Children.Add(child);
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
            else if (skipped == 0 && reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA && open.Peek()._text.Length < LongestText)
            {
                open.Peek()._text.Append(reader.Value);
            }
        }
        return root;
    }
}
