using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using InboundBridge.Configuration.Secrets;
using InboundBridge.Configuration.Values;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Binding;

/// <summary>The kinds of single values that a configuration knows.</summary>
internal static class Scalars
{
    /// <summary>Any value may also be an expression that is expanded when it is read.</summary>
    private const string Expression = "\\$\\{";

    public static ScalarShape<string> Text { get; } =
        new("a text", NotEmpty, () => new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") });

    public static ScalarShape<Secret> Secret { get; } =
        new("a secret", NotEmpty, () => Schema("string")) { IsSecret = true };

    public static ScalarShape<bool> Toggle { get; } =
        new("true or false", ParseToggle, () => OrExpression(new JsonObject { ["type"] = "boolean" }));

    public static ScalarShape<string> HostName { get; } = new("a host name", HostNameText.TryParse, () => Schema("string"));

    public static ScalarShape<string> HostNameOrLiteral { get; } =
        new("a host name", HostNameText.TryParseOrLiteral, () => Schema("string"));

    public static ScalarShape<string> DomainPattern { get; } =
        new("a domain", HostNameText.TryParsePattern, () => Schema("string"))
        {
            Hint = _ => "such as example.com, or *.example.com for everything below it"
        };

    public static ScalarShape<IPNetwork> Network { get; } =
        new("a network", NetworkText.TryParse, () => Schema("string")) { Hint = NetworkText.Hint };

    public static ScalarShape<RateText> Rate { get; } =
        new("a rate", RateText.TryParse, () => Schema("string", RateText.Pattern)) { Hint = _ => RateText.Examples };

    /// <summary>0% to 100%, read as 0 to 1.</summary>
    public static ScalarShape<double> Percentage { get; } =
        new("a percentage", ParsePercentage, () => Schema("string", "^[0-9]+(\\.[0-9]+)?%$")) { Hint = _ => "such as 20%" };

    public static ScalarShape<int> ByteRate { get; } =
        new("octets a second", ParseByteRate, () => Schema("string", "^[0-9]+ ?([KMG]i?)?B/s$")) { Hint = _ => "such as 100B/s" };

    /// <summary>A file mode as chmod takes it.</summary>
    public static ScalarShape<UnixFileMode> FileMode { get; } =
        new("a file mode", FileModeText.TryParse, () => new JsonObject { ["type"] = new JsonArray("string", "integer") })
        {
            Hint = _ => FileModeText.Examples
        };

    public static ScalarShape<int> Whole(int minimum, int maximum = int.MaxValue) =>
        new("a whole number", ParseWhole, () => WholeSchema(minimum, maximum))
        {
            Complaint = value => value >= minimum && value <= maximum ? null
                : maximum == int.MaxValue ? $"at least {minimum}" : string.Create(CultureInfo.InvariantCulture, $"{minimum} to {maximum}"),
        };

    public static ScalarShape<TimeSpan> Duration(TimeSpan minimum) => Duration(minimum, TimeSpan.MaxValue);

    public static ScalarShape<TimeSpan> Duration(TimeSpan minimum, TimeSpan maximum) =>
        new("a duration", DurationText.TryParse, () => Schema("string", DurationText.Pattern))
        {
            Spelling = DurationText.Format,
            Hint = _ => DurationText.Examples,
            Complaint = value => value < minimum ? $"at least {DurationText.Format(minimum)}"
                : value > maximum ? $"at most {DurationText.Format(maximum)}" : null,
        };

    public static ScalarShape<TimeSpan> Duration() => Duration(TimeSpan.FromMilliseconds(1));

    public static ScalarShape<long> Size(long minimum, long maximum = long.MaxValue) =>
        new("a size", SizeText.TryParse, () => Schema(["string", "integer"], SizeText.Pattern))
        {
            Spelling = SizeText.Format,
            Hint = _ => SizeText.Examples,
            Complaint = value =>
                value < minimum ? $"at least {SizeText.Format(minimum)}" : value > maximum ? $"at most {SizeText.Format(maximum)}" : null,
        };

    /// <summary>http or https. It may contain placeholders of rules (<c>{ticket}</c>).</summary>
    public static ScalarShape<string> Url { get; } =
        new("an http or https URL", ParseUrl, () => Schema("string", "^https?://"))
        {
            Hint = text => LacksScheme(text) ? $"with its scheme: http://{text} or https://{text}" : "such as https://app.example.com/hooks/mail"
        };

    /// <summary>One of a few words; a word may have aliases.</summary>
    public static ScalarShape<T> Choice<T>(params (string Word, T Value)[] choices)
    {
        // A loop, not LINQ: LINQ would be compiled again for each T, at every start.
        var words = new string[choices.Length];
        for (var number = 0; number < words.Length; number++)
            words[number] = choices[number].Word;
        return new(
            $"one of {string.Join(", ", words)}", Parse, () =>
                OrExpression(new JsonObject { ["enum"] = new JsonArray([.. words.Select(word => (JsonNode)word)]) }))
        {
            Hint = given => NearestName.Find(given, words) is { } nearest ? $"did you mean '{nearest}'?" : null,
        };

        bool Parse(string text, out T value)
        {
            var index = Array.FindIndex(words, word => string.Equals(word, text, StringComparison.OrdinalIgnoreCase));
            value = index < 0 ? default! : choices[index].Value;
            return index >= 0;
        }
    }

    private static bool NotEmpty(string text, out string value)
    {
        value = text;
        return text.Length > 0;
    }

    private static bool NotEmpty(string text, out Secret value)
    {
        value = new Secret(text);
        return text.Length > 0;
    }

    private static bool ParseToggle(string text, out bool value)
    {
        value = text is "true" or "True" or "TRUE" or "on" or "yes";
        return value || text is "false" or "False" or "FALSE" or "off" or "no";
    }

    private static bool ParseWhole(string text, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private static bool ParsePercentage(string text, out double value)
    {
        value = 0;
        if (!text.EndsWith('%')
            || !double.TryParse(
                text.AsSpan(0, text.Length - 1).TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent))
            return false;
        value = percent / 100;
        return percent <= 100;
    }

    private static bool ParseByteRate(string text, out int value)
    {
        value = 0;
        if (text == "0")
            return true;
        if (!text.EndsWith("/s", StringComparison.Ordinal) || !SizeText.TryParse(text[..^2].TrimEnd(), out var octets)
            || octets > int.MaxValue)
            return false;
        value = (int)octets;
        return true;
    }

    /// <summary>It would be a URL with http:// in front. What has no colon or slash may be anything, and is not quoted.</summary>
    private static bool LacksScheme(string text) => !text.Contains("://", StringComparison.Ordinal) && text.AsSpan().ContainsAny(':', '/')
        && ParseUrl($"http://{text}", out _);

    private static bool ParseUrl(string text, out string value)
    {
        value = text;
        return Uri.TryCreate(text.Replace('{', 'x').Replace('}', 'x'), UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https" && url.Host.Length > 0 && !text.AsSpan().ContainsAny(' ', '\r', '\n');
    }

    private static JsonObject WholeSchema(int minimum, int maximum)
    {
        var schema = Schema(["integer", "string"], "^[0-9]+$");
        schema["minimum"] = minimum;
        if (maximum != int.MaxValue)
            schema["maximum"] = maximum;
        return schema;
    }

    private static JsonObject Schema(string type, string? pattern = null) => Schema([type], pattern);

    private static JsonObject Schema(string[] types, string? pattern)
    {
        var schema = new JsonObject { ["type"] = types.Length == 1 ? types[0] : new JsonArray([.. types.Select(type => (JsonNode)type)]) };
        if (pattern is not null)
            schema["pattern"] = $"{pattern}|{Expression}";
        return schema;
    }

    private static JsonObject OrExpression(JsonObject schema) =>
        new() { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "string", ["pattern"] = Expression }) };
}
