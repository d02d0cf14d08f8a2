using System.Text;
using InboundBridge.Configuration.Secrets;
using InboundBridge.Configuration.Sources;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration;

/// <summary>
/// Prints the configuration as YAML with its overrides. Secrets are shown as <c>***</c>, and
/// expressions as written, since their values may be secret. URLs are shown without what may be a credential.
/// </summary>
internal static class ConfigurationPrinter
{
    public static string Print(ExpandedTree tree, IReadOnlySet<YamlNode> secrets)
    {
        var text = new StringBuilder();
        if (tree.Root is YamlMapping { Entries.Count: > 0 } root)
            Print(root, 0);
        return text.ToString();

        void Print(YamlNode node, int depth)
        {
            var indent = new string(' ', depth * 2);
            if (node is YamlMapping mapping)
                foreach (var entry in mapping.Entries)
                    Line($"{indent}{Scalar(entry.Key)}:", entry.Value, depth);
            else if (node is YamlSequence list)
                foreach (var item in list.Items)
                    Line($"{indent}-", item, depth);
        }

        void Line(string start, YamlNode value, int depth)
        {
            text.Append(start);
            if (secrets.Contains(value) && value is not YamlScalar)
                text.Append($" \"{Secret.Shown}\"\n");
            else if (value is YamlScalar scalar)
                text.Append(' ').Append(Scalar(scalar)).Append('\n');
            else if (value is YamlMapping { Entries.Count: 0 } or YamlSequence { Items.Count: 0 })
                text.Append(value is YamlMapping ? " {}\n" : " []\n");
            else
            {
                text.Append('\n');
                Print(value, depth + 1);
            }
        }

        string Scalar(YamlScalar scalar) =>
            tree.OriginalText(scalar) is { } written
                ? Quoted(Shown(written))
                : secrets.Contains(scalar) ? $"\"{Secret.Shown}\"" : scalar.IsNull ? "null" : Quoted(Shown(scalar.Value));
    }

    /// <summary>A URL shows neither its user nor the values of its query, where tokens may stand; <c>{address}</c> there stays.</summary>
    private static string Shown(string text) =>
        text.Contains("://", StringComparison.Ordinal) ? ShownOptions.Url(text, keepsPlaces: true) : text;

    /// <summary>Quoted where plain text would mean something else in YAML.</summary>
    private static string Quoted(string text)
    {
        var plain = text.Length > 0
            && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' or '/' or '@' or '+' or '%')
            && char.IsAsciiLetterOrDigit(text[0]);
        return plain
            ? text : "\""
            + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).ReplaceLineEndings("\\n")
            + "\"";
    }
}
