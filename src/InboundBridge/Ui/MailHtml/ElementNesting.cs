using System.Runtime.InteropServices;

namespace InboundBridge.Ui.MailHtml;

/// <summary>The elements that are open, as far as their tags tell.</summary>
internal sealed class ElementNesting
{
    private readonly Stack<string> _open = new();

    /// <summary>How many of a name are open: a stray end tag is not searched for.</summary>
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    public void Start(string name)
    {
        _open.Push(name);
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, name, out _)++;
    }

    /// <summary>True where the innermost element ends.</summary>
    public bool End(string name)
    {
        if (_counts.GetValueOrDefault(name) == 0)
            return false;
        var isInnermost = _open.Peek() == name;
        while (true)
        {
            var last = _open.Pop();
            _counts[last]--;
            if (last == name)
                return isInnermost;
        }
    }
}
