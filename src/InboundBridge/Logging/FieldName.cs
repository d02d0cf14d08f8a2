using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace InboundBridge.Logging;

/// <summary>
/// A field's name: <c>DestinationName</c> → <c>destination_name</c>, the same spelling in logs, metrics and configuration. Made once for
/// each name.
/// </summary>
internal sealed class FieldName
{
    /// <summary>Names come from templates in code; this bounds the memory if code makes names at run time.</summary>
    private const int MostNames = 4096;

    private const int RecentNames = 1024;

    private static readonly ConcurrentDictionary<string, FieldName> Known = new(StringComparer.Ordinal);

    /// <summary>
    /// A template's names are the same string objects each time, so they are found by identity, without hashing their text. Names that
    /// share a slot are looked up in <see cref="Known"/>.
    /// </summary>
    private static readonly FieldName?[] Recent = new FieldName?[RecentNames];

    private readonly string _source;
    private readonly byte[] _field;
    private object? _jsonName;

    private FieldName(string source)
    {
        _source = source;
        Text = Make(source);
        _field = Encoding.ASCII.GetBytes($" {Text}=");
    }

    /// <summary>ASCII letters, digits and underscores; at least one.</summary>
    public string Text { get; }

    public ReadOnlySpan<byte> Octets => _field.AsSpan(1, _field.Length - 2);

    /// <summary><c> destination_name=</c></summary>
    public ReadOnlySpan<byte> AsTextField => _field;

    /// <summary>Encoded for the first line of JSON: a log of text needs none of it, nor JSON's code.</summary>
    public JsonEncodedText JsonName => (JsonEncodedText)(_jsonName ??= JsonEncodedText.Encode(JsonLogLine.NameOf(Text)));

    public static FieldName Of(string name)
    {
        ref var place = ref Recent[RuntimeHelpers.GetHashCode(name) % RecentNames];
        var recent = place;
        if (recent is null || !ReferenceEquals(recent._source, name))
            place = recent = Find(name);
        return recent;
    }

    private static FieldName Find(string name)
    {
        if (Known.TryGetValue(name, out var known))
            return known;
        var made = new FieldName(name);
        if (Known.Count < MostNames)
            Known.TryAdd(name, made);
        return made;
    }

    private static string Make(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        for (var index = 0; index < name.Length; index++)
        {
            var letter = name[index];
            if (char.IsAsciiLetterUpper(letter))
            {
                if (index > 0
                    && (!char.IsAsciiLetterUpper(name[index - 1]) || (index + 1 < name.Length && char.IsAsciiLetterLower(name[index + 1])))
                    && text[^1] != '_')
                    text.Append('_');
                text.Append(char.ToLowerInvariant(letter));
            }
            else
            {
                text.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
            }
        }
        return text.Length == 0 ? "_" : text.ToString();
    }
}
