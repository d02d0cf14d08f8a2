using System.Globalization;
using System.Text;

namespace InboundBridge.Metrics;

/// <summary>The labels of one series in the order of their names, with the text that stands in the exposition.</summary>
internal sealed class LabelSet
{
    private readonly (string Name, string Value)[] _labels;

    public LabelSet(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        _labels = new (string, string)[tags.Length];
        for (var index = 0; index < tags.Length; index++)
            _labels[index] = (tags[index].Key, TextOf(tags[index].Value));
        Array.Sort(_labels, (left, right) => string.CompareOrdinal(left.Name, right.Name));
        Text = Render(_labels);
    }

    /// <summary><c>name="value",…</c> without braces; empty without labels.</summary>
    public string Text { get; }

    public int Count => _labels.Length;

    public int Hash()
    {
        var hash = 0;
        foreach (var (name, value) in _labels)
            hash ^= HashOf(name, value);
        return hash;
    }

    /// <summary>Regardless of the order that the tags come in.</summary>
    public bool Holds(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length != _labels.Length)
            return false;
        foreach (var tag in tags)
            if (!Holds(tag.Key, TextOf(tag.Value)))
                return false;
        return true;
    }

    public bool IsSameAs(LabelSet other) => string.Equals(Text, other.Text, StringComparison.Ordinal);

    public static int HashOf(string name, string value) =>
        HashCode.Combine(string.GetHashCode(name, StringComparison.Ordinal), string.GetHashCode(value, StringComparison.Ordinal));

    /// <summary>A text costs nothing here; other values are formatted each time.</summary>
    public static string TextOf(object? value) => value switch
    {
        string text => text,
        null => string.Empty,
        true => "true",
        false => "false",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? string.Empty,
    };

    private bool Holds(string name, string value)
    {
        foreach (var label in _labels)
            if (string.Equals(label.Name, name, StringComparison.Ordinal))
                return string.Equals(label.Value, value, StringComparison.Ordinal);
        return false;
    }

    private static string Render((string Name, string Value)[] labels)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            if (text.Length > 0)
                text.Append(',');
            text.Append(MetricName.Sanitize(name, allowColon: false)).Append("=\"");
            foreach (var letter in value)
                _ = letter switch
                {
                    '\\' => text.Append("\\\\"),
                    '"' => text.Append("\\\""),
                    '\n' => text.Append("\\n"),
                    _ => text.Append(letter),
                };
            text.Append('"');
        }
        return text.ToString();
    }
}
