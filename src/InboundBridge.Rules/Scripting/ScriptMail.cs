using System.Buffers;
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

    private readonly List<(string Name, ReadOnlyMemory<byte> Json)> _fields = [];

    private ScriptMail()
    {
    }

    public static ScriptMail From(string json) => From(Encoding.UTF8.GetBytes(json));

    /// <param name="json">UTF-8. Members that are not cut stay where they are, so it must not change.</param>
    public static ScriptMail From(ReadOnlyMemory<byte> json)
    {
        var mail = new ScriptMail();
        var truncated = new List<string>();
        var reader = new Utf8JsonReader(json.Span);
        reader.Read();
        var left = MostOctets;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var written = Bounded(ref reader, json, Math.Min(left, LargestField), out var isCut);
            if (isCut)
                truncated.Add(name);
            mail._fields.Add((name, written));
            left -= written.Length;
        }
        if (truncated.Count > 0)
            mail._fields.Add(("truncated", JsonSerializer.SerializeToUtf8Bytes(truncated)));
        return mail;
    }

    /// <summary>The members that a script reads, as one JSON object in UTF-8.</summary>
    public ReadOnlyMemory<byte> Show(ScriptReads reads)
    {
        var shown = new ArrayBufferWriter<byte>(256);
        shown.Write("{"u8);
        foreach (var (name, json) in _fields)
        {
            if (reads.Fields is { } fields && !fields.Contains(name) && !(name == "envelope" && fields.Contains("sender")))
                continue;
            if (shown.WrittenCount > 1)
                shown.Write(","u8);
            shown.Write("\""u8);
            shown.Write(JsonEncodedText.Encode(name).EncodedUtf8Bytes);
            shown.Write("\":"u8);
            shown.Write(json.Span);
        }
        shown.Write("}"u8);
        return shown.WrittenMemory;
    }

    /// <summary>The value at which the reader stands; afterwards it stands at the value's end.</summary>
    private static ReadOnlyMemory<byte> Bounded(
        ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, int mostOctets, out bool isCut)
    {
        var (start, kind) = ((int)reader.TokenStartIndex, reader.TokenType);
        reader.Skip();
        var raw = json[start..(int)reader.BytesConsumed];
        if (kind == JsonTokenType.String)
        {
            // A text never has more characters than octets, and escapes only lengthen it.
            isCut = false;
            if (raw.Length <= LongestText || reader.GetString() is not { Length: > LongestText } text)
                return raw;
            isCut = true;
            return JsonSerializer.SerializeToUtf8Bytes(CutText.At(text, LongestText));
        }
        isCut = raw.Length > mostOctets;
        if (isCut)
            return kind == JsonTokenType.StartArray ? "[]"u8.ToArray() : "null"u8.ToArray();
        return raw;
    }
}
