using System.Collections.Concurrent;
using System.Text.Json;

namespace InboundBridge.MailFlow.Bounces.Writing;

/// <summary>The sentences of bounces in one language: a file of <c>Bounces/Languages</c>, which is part of the program.</summary>
internal sealed class BounceLanguage
{
    private const string Folder = "InboundBridge.MailFlow.Bounces.Languages.";
    private const string Extension = ".json";

    private static readonly ConcurrentDictionary<string, BounceLanguage> Loaded = new(StringComparer.Ordinal);

    private readonly Dictionary<string, string> _sentences;

    private BounceLanguage(string code, Dictionary<string, string> sentences) => (Code, _sentences) = (code, sentences);

    /// <summary>The tag of the language (RFC 5646).</summary>
    public string Code { get; }

    /// <summary>The codes of all languages that there are.</summary>
    public static IReadOnlyList<string> Codes { get; } =
    [
        .. typeof(BounceLanguage).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && name.EndsWith(Extension, StringComparison.Ordinal))
            .Select(name => name[Folder.Length..^Extension.Length]).Order(StringComparer.Ordinal),
    ];

    internal IReadOnlyDictionary<string, string> Sentences => _sentences;

    /// <param name="code">One of <see cref="Codes"/>.</param>
    public static BounceLanguage Of(string code) => Loaded.GetOrAdd(code, Load);

    public string this[string key] => _sentences[key];

    /// <summary>A sentence with its places filled.</summary>
    public string With(string key, params ReadOnlySpan<(string Place, string Value)> values)
    {
        var sentence = _sentences[key];
        foreach (var (place, value) in values)
            sentence = sentence.Replace($"{{{place}}}", value, StringComparison.Ordinal);
        return sentence;
    }

    private static BounceLanguage Load(string code)
    {
        using var file = typeof(BounceLanguage).Assembly.GetManifestResourceStream(Folder + code + Extension)
            ?? throw new ArgumentException($"there are no bounces in the language '{code}'", nameof(code));
        return new BounceLanguage(code, JsonSerializer.Deserialize<Dictionary<string, string>>(file)!);
    }
}
