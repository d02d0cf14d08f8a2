using System.Text;
using System.Text.Json;
using InboundBridge.Text;

namespace InboundBridge.Rules.Scripting;

/// <summary>
/// A mail as scripts see it: long texts are cut and other large members are emptied, so that no mail can fill a worker's memory. The member
/// <c>truncated</c> names them. A mail of control characters is six times as long in JSON.
/// </summary>
internal sealed class ScriptMail
{
    /// <summary>Characters of a text member, before JSON escapes.</summary>
    public const int LongestText = 256 * 1024;

    /// <summary>Octets of any other member in JSON.</summary>
    public const int LargestField = 2 * 1024 * 1024;

    /// <summary>Octets of the whole mail in JSON.</summary>
    public const int MostOctets = 16 * 1024 * 1024;

    private readonly List<(string Name, string Json)> _fields = [];

    private ScriptMail()
    {
    }

    public static ScriptMail From(string json)
    {
        var mail = new ScriptMail();
        var truncated = new List<string>();
        using var document = JsonDocument.Parse(json);
        var left = MostOctets;
        foreach (var field in document.RootElement.EnumerateObject())
        {
            var written = Bounded(field.Value, Math.Min(left, LargestField), out var isCut);
            if (isCut)
                truncated.Add(field.Name);
            mail._fields.Add((field.Name, written));
            left -= Encoding.UTF8.GetByteCount(written);
        }
        if (truncated.Count > 0)
            mail._fields.Add(("truncated", JsonSerializer.Serialize(truncated)));
        return mail;
    }

    /// <summary>The members that a script reads, as one JSON object.</summary>
    public string Show(ScriptReads reads)
    {
        var text = new StringBuilder("{");
        foreach (var (name, json) in _fields)
        {
            if (reads.Fields is { } fields && !fields.Contains(name) && !(name == "envelope" && fields.Contains("sender")))
                continue;
            if (text.Length > 1)
                text.Append(',');
            text.Append('"').Append(JsonEncodedText.Encode(name)).Append("\":").Append(json);
        }
        return text.Append('}').ToString();
    }

    private static string Bounded(JsonElement value, int mostOctets, out bool isCut)
    {
        isCut = true;
        if (value.ValueKind == JsonValueKind.String)
        {
            // Escapes only lengthen a text, so a text that is short in JSON is short.
            var raw = value.GetRawText();
            if (raw.Length > LongestText && value.GetString() is { Length: > LongestText } text)
                return JsonSerializer.Serialize(CutText.At(text, LongestText));
            isCut = false;
            return raw;
        }
        var json = value.GetRawText();
        if (Encoding.UTF8.GetByteCount(json) > mostOctets)
            return value.ValueKind == JsonValueKind.Array ? "[]" : "null";
        isCut = false;
        return json;
    }
}
