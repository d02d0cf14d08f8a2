using System.Buffers;
using InboundBridge.Mime.Charsets;
using InboundBridge.Mime.Encodings;

namespace InboundBridge.Mime.Headers;

/// <summary>The parameters of Content-Type and Content-Disposition (RFC 2045 §5.1, RFC 2231), read as leniently as mail requires.</summary>
internal static class ParameterList
{
    /// <summary>Further parameters are not read.</summary>
    public const int Most = 200;

    /// <summary>Name (lower case) → decoded value; of two with one name the first counts.</summary>
    public static IReadOnlyDictionary<string, string> Parse(ReadOnlySpan<char> text, ProblemList? problems)
    {
        var scanner = new ParameterScanner(text);
        Dictionary<string, string>? values = null;
        List<Section>? sections = null;
        var count = 0;
        while (scanner.TryNext(out var name, out var value))
        {
            if (++count > Most)
            {
                problems?.Add($"more than {Most} parameters; the rest was not read");
                break;
            }
            var star = name.IndexOf('*', StringComparison.Ordinal);
            if (star < 0)
                AddFirst(values ??= new(StringComparer.Ordinal), name, EncodedWords.Decode(value));
            else
                (sections ??= []).Add(Section.Of(name, star, value));
        }
        if (sections is not null)
            Join(sections, values ??= new(StringComparer.Ordinal));
        return values ?? (IReadOnlyDictionary<string, string>)System.Collections.Frozen.FrozenDictionary<string, string>.Empty;
    }

    /// <summary>An empty value counts only where there is no other.</summary>
    private static void AddFirst(Dictionary<string, string> values, string name, string value)
    {
        if (!values.TryAdd(name, value) && values[name].Length == 0)
            values[name] = value;
    }

    /// <summary>
    /// RFC 2231 §3 and §4: sections in the order of their numbers, in the charset that the first
    /// one names. They take precedence over a plain parameter.
    /// </summary>
    private static void Join(List<Section> sections, Dictionary<string, string> values)
    {
        foreach (var group in sections.GroupBy(section => section.Name, StringComparer.Ordinal))
        {
            var octets = new ArrayBufferWriter<byte>();
            string? charset = null;
            foreach (var section in group.OrderBy(section => section.Number))
            {
                var value = section.Value.AsSpan();
                if (charset is null && section.IsEncoded && TrySplitCharset(value, out var named, out var rest))
                {
                    charset = named;
                    value = rest;
                }
                if (section.IsEncoded)
                    WordEncodings.DecodePercent(value, octets);
                else
                    octets.Write(System.Text.Encoding.UTF8.GetBytes(value.ToString()));
            }
            var text = CharsetText.DecodeHeader(octets.WrittenSpan, charset ?? "");
            values[group.Key] = charset is null ? EncodedWords.Decode(text) : text;
        }
    }

    private static bool TrySplitCharset(ReadOnlySpan<char> value, out string? charset, out ReadOnlySpan<char> rest)
    {
        charset = null;
        rest = value;
        var first = value.IndexOf('\'');
        if (first < 0)
            return false;
        var second = value[(first + 1)..].IndexOf('\'');
        if (second < 0)
            return false;
        charset = value[..first].ToString();
        rest = value[(first + second + 2)..];
        return true;
    }

    private sealed record Section(string Name, int Number, bool IsEncoded, string Value)
    {
        public static Section Of(string name, int star, string value)
        {
            var mark = name.AsSpan(star + 1);
            var encoded = mark.IsEmpty || mark[^1] == '*';
            var digits = mark.TrimEnd('*');
            _ = int.TryParse(
                digits, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number);
            return new Section(name[..star], number, encoded, value);
        }
    }
}
