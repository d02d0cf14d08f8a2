using System.Text;

namespace InboundBridge.Acme.Storing;

/// <summary>
/// PEM with lines before it: <c>directory: URL</c>. RFC 7468 §5.2 lets readers skip them, so that other programs can read the file as it
/// is, and key and certificate are replaced in one step.
/// </summary>
internal sealed record StoredPem(IReadOnlyDictionary<string, string> Fields, string Pem)
{
    private const string Begin = "-----BEGIN ";

    /// <summary>Null where it holds no PEM.</summary>
    public static StoredPem? Parse(string text)
    {
        var start = text.IndexOf(Begin, StringComparison.Ordinal);
        if (start < 0)
            return null;
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text[..start].Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.IndexOf(": ", StringComparison.Ordinal) is var colon and > 0)
                fields[line[..colon]] = line[(colon + 2)..];
        }
        return new StoredPem(fields, text[start..]);
    }

    public string Format()
    {
        var text = new StringBuilder();
        foreach (var (name, value) in Fields)
            text.Append(name).Append(": ").Append(value).Append('\n');
        return text.Append(Pem.TrimEnd()).Append('\n').ToString();
    }
}
