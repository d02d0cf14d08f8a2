using System.Text;
using System.Text.Json;
using InboundBridge.Yaml;

namespace InboundBridge.Importing.Reading;

/// <summary>
/// Reads a provider's JSON into nodes that have positions, so that its problems are reported like those of other files. For any octets it
/// ends in time linear in them.
/// </summary>
internal static class ExportReader
{
    /// <summary>Octets of a file. Ten thousand routes of the longest kind are smaller.</summary>
    public const int MaximumOctets = 16 * 1024 * 1024;

    /// <summary>No provider nests deeper than six.</summary>
    private const int MaximumDepth = 32;

    private const int MaximumNodes = 500_000;

    /// <summary>Null when a problem was reported.</summary>
    public static YamlNode? Read(ReadOnlyMemory<byte> octets, string file, SourceProblems problems)
    {
        var text = WithoutMark(octets);
        var nodes = new Nodes(text, file);
        try
        {
            var reader = new Utf8JsonReader(text.Span, new JsonReaderOptions { MaxDepth = MaximumDepth });
            if (!reader.Read())
                throw new ExportFault(new SourcePosition(file, 1, 1), "the file is empty");
            var root = nodes.Read(ref reader);
            // The rest must be white space: the reader refuses anything else.
            while (reader.Read())
            {
            }
            return root;
        }
        catch (JsonException fault)
        {
            var position = new SourcePosition(file, (int)(fault.LineNumber ?? 0) + 1, (int)(fault.BytePositionInLine ?? 0) + 1);
            problems.Error(position, $"not valid JSON: {Reason(fault)}", "save the answer of the provider's API as it is");
        }
        catch (ExportFault fault)
        {
            problems.Error(fault.Position, fault.Message);
        }
        return null;
    }

    /// <summary>The octets as UTF-8. Some shells write what they redirect as UTF-16 with a byte order mark.</summary>
    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> octets) => octets.Span switch
    {
        [0xEF, 0xBB, 0xBF, ..] => octets[3..],
        [0xFF, 0xFE, ..] => Encoding.Convert(Encoding.Unicode, Encoding.UTF8, octets[2..].ToArray()),
        [0xFE, 0xFF, ..] => Encoding.Convert(Encoding.BigEndianUnicode, Encoding.UTF8, octets[2..].ToArray()),
        _ => octets,
    };

    /// <summary>The library's text without the place, which stands in front of it.</summary>
    private static string Reason(JsonException fault)
    {
        var text = fault.Message;
        var place = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return TextShown.Of(place < 0 ? text : text[..place]).TrimEnd('.');
    }

    private sealed class Nodes(ReadOnlyMemory<byte> text, string file)
    {
        private int _count;
        private int _at;
        private int _line = 1;
        private int _column = 1;

        public YamlNode Read(ref Utf8JsonReader reader)
        {
            var position = Move((int)reader.TokenStartIndex);
            if (++_count > MaximumNodes)
                throw new ExportFault(position, $"more than {MaximumNodes} values");
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    return ReadMapping(ref reader, position);
                case JsonTokenType.StartArray:
                    var items = new List<YamlNode>();
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                        items.Add(Read(ref reader));
                    return new YamlSequence(position, items);
                default:
                    return ReadScalar(ref reader, position);
            }
        }

        private YamlMapping ReadMapping(ref Utf8JsonReader reader, SourcePosition position)
        {
            var entries = new List<YamlEntry>();
            var keys = new HashSet<string>(StringComparer.Ordinal);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var key = ReadScalar(ref reader, Move((int)reader.TokenStartIndex));
                if (!keys.Add(key.Value))
                    throw new ExportFault(key.Position, $"'{TextShown.Of(key.Value)}' stands here twice");
                reader.Read();
                entries.Add(new YamlEntry(key, Read(ref reader)));
            }
            return new YamlMapping(position, entries);
        }

        private static YamlScalar ReadScalar(ref Utf8JsonReader reader, SourcePosition position)
        {
            try
            {
                return reader.TokenType switch
                {
                    JsonTokenType.String or JsonTokenType.PropertyName => new YamlScalar(position, reader.GetString()!, IsPlain: false),
                    JsonTokenType.Null => new YamlScalar(position, "null", IsPlain: true),
                    JsonTokenType.True => new YamlScalar(position, "true", IsPlain: true),
                    JsonTokenType.False => new YamlScalar(position, "false", IsPlain: true),
                    _ => new YamlScalar(position, Encoding.UTF8.GetString(reader.ValueSpan), IsPlain: true),
                };
            }
            catch (InvalidOperationException)
            {
                // Half of a surrogate pair, or octets that are not UTF-8.
                throw new ExportFault(position, "this text is not valid Unicode");
            }
        }

        /// <summary>Positions only grow, so all of them together cost one pass over the text.</summary>
        private SourcePosition Move(int to)
        {
            foreach (var octet in text.Span[_at..to])
            {
                if (octet == (byte)'\n')
                    (_line, _column) = (_line + 1, 1);
                else if ((octet & 0xC0) != 0x80)
                    _column++;
            }
            _at = to;
            return new SourcePosition(file, _line, _column);
        }
    }
}
