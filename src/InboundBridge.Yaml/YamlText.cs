using System.Text;

namespace InboundBridge.Yaml;

/// <summary>Writes a node on one line, for explanations: <c>[*.exe, *.js]</c>.</summary>
public static class YamlText
{
    public static string Write(YamlNode node)
    {
        var text = new StringBuilder();
        Append(text, node);
        return text.Length <= ShownText.Longest ? text.ToString() : text.ToString(0, ShownText.Longest) + "…";
    }

    private static void Append(StringBuilder text, YamlNode node)
    {
        if (text.Length > ShownText.Longest)
            return;
        switch (node)
        {
            case YamlScalar scalar:
                text.Append(scalar.Value.ReplaceLineEndings("⏎"));
                break;
            case YamlSequence sequence:
                text.Append('[');
                foreach (var item in sequence.Items)
                {
                    if (text[^1] != '[')
                        text.Append(", ");
                    Append(text, item);
                    if (text.Length > ShownText.Longest)
                        return;
                }
                text.Append(']');
                break;
            case YamlMapping mapping:
                text.Append('{');
                foreach (var entry in mapping.Entries)
                {
                    if (text[^1] != '{')
                        text.Append(", ");
                    text.Append(entry.Key.Value).Append(": ");
                    Append(text, entry.Value);
                }
                text.Append('}');
                break;
        }
    }
}
