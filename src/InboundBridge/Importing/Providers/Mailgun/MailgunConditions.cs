using System.Text.Json.Nodes;
using InboundBridge.Importing.Reading;

namespace InboundBridge.Importing.Providers.Mailgun;

/// <summary>A route's expression as conditions of a rule.</summary>
internal sealed class MailgunConditions
{
    /// <summary>What routes that let others act give their mail, so that a catch-all below knows it.</summary>
    public const string Tag = "mailgun-route";

    private readonly MailgunFilter _filter;
    private readonly bool _othersMayHaveMatched;
    private readonly Dictionary<MailgunFilter, PythonPattern> _patterns = new(ReferenceEqualityComparer.Instance);
    private readonly List<string?> _groups = [];

    /// <param name="used">The numbers and names of the groups that the route's actions refer to.</param>
    /// <param name="othersMayHaveMatched">A route above lets others act.</param>
    public MailgunConditions(MailgunFilter filter, IReadOnlySet<string> used, bool othersMayHaveMatched)
    {
        (_filter, _othersMayHaveMatched) = (filter, othersMayHaveMatched);
        HasCaptures = used.Count > 0;
        foreach (var part in filter.Tree())
        {
            var source = part switch
            {
                MailgunFilter.Recipient recipient => recipient.Pattern,
                MailgunFilter.Header header => header.Pattern,
                _ => null,
            };
            if (source is null)
                continue;
            var pattern = _patterns[part] = PythonPattern.Read(source, _groups.Count + 1, used);
            _groups.AddRange(pattern.Groups);
            Problem ??= pattern.Problem ?? OfMailgun(part);
        }
        if (Problem is null && filter.Tree().Any(part => part is MailgunFilter.Not not && Condition(not.Part).Count == 0))
            Problem = "this expression never holds";
    }

    /// <summary>Why no rule can ask this; null where one can.</summary>
    public string? Problem { get; }

    /// <summary>The groups of all patterns, in their order.</summary>
    public IReadOnlyList<string?> Groups => _groups;

    /// <summary>Addresses, or domains, for which the route is.</summary>
    public IEnumerable<string> Domains => _patterns
        .Where(entry => entry.Key is MailgunFilter.Recipient).Select(entry => entry.Value.Literal ?? entry.Value.Domain).OfType<string>();

    /// <summary>A recipient that is surely matched; null where none is known.</summary>
    public string? Sample => _filter is MailgunFilter.Recipient && _patterns[_filter] is var pattern
        ? pattern.Literal ?? (pattern.WholeDomain is { } domain ? $"anybody@{domain}" : null) : null;

    private bool HasCaptures { get; }

    public JsonObject Write() => Condition(_filter);

    /// <summary>Whether a recipient is matched; null where other facts decide too.</summary>
    public Func<string, bool>? Selects() =>
        _filter.Tree().All(part => part is not (MailgunFilter.Header or MailgunFilter.CatchAll))
            ? recipient => Holds(_filter, recipient) : null;

    private bool Holds(MailgunFilter filter, string recipient) => filter switch
    {
        MailgunFilter.All all => all.Parts.All(part => Holds(part, recipient)),
        MailgunFilter.Any any => any.Parts.Any(part => Holds(part, recipient)),
        MailgunFilter.Not not => !Holds(not.Part, recipient),
        _ => _patterns[filter].Matches(recipient),
    };

    /// <summary>Empty for what always holds.</summary>
    private JsonObject Condition(MailgunFilter filter) => filter switch
    {
        MailgunFilter.Recipient recipient => Recipient(_patterns[recipient]),
        MailgunFilter.Header header => new JsonObject
        {
            ["header"] = new JsonObject { [header.Name] = _patterns[header].Written(ignoreCase: false) },
        },
        MailgunFilter.CatchAll => _othersMayHaveMatched ? new JsonObject { ["not"] = new JsonObject { ["tagged"] = Tag } } : [],
        MailgunFilter.All all => Together([.. all.Parts.Select(Condition)]),
        MailgunFilter.Any any => Either([.. any.Parts.Select(Condition)]),
        MailgunFilter.Not not => new JsonObject { ["not"] = Condition(not.Part) },
        _ => [],
    };

    /// <summary>Addresses are the same in any case; header fields are compared as Python does it.</summary>
    private JsonObject Recipient(PythonPattern pattern) =>
        HasCaptures ? new JsonObject { ["recipient"] = pattern.Written(ignoreCase: true) }
        : pattern.Literal is { } address ? new JsonObject { ["recipient"] = address }
        : pattern.WholeDomain is { } domain ? new JsonObject { ["recipient_domain"] = domain }
        : new JsonObject { ["recipient"] = pattern.Written(ignoreCase: true) };

    private static JsonObject Together(List<JsonObject> parts)
    {
        parts.RemoveAll(part => part.Count == 0);
        if (parts.Count == 0)
            return [];
        var keys = parts.SelectMany(part => part).Select(entry => entry.Key).ToList();
        if (keys.Distinct(StringComparer.Ordinal).Count() < keys.Count)
            return new JsonObject { ["all"] = new JsonArray([.. parts]) };
        var joined = new JsonObject();
        foreach (var (key, value) in parts.SelectMany(part => part))
            joined[key] = value?.DeepClone();
        return joined;
    }

    private static JsonObject Either(List<JsonObject> parts) =>
        parts.Exists(part => part.Count == 0) ? [] : new JsonObject { ["any"] = new JsonArray([.. parts]) };

    private static string? OfMailgun(MailgunFilter part) =>
        part is MailgunFilter.Header header && header.Name.StartsWith("X-Mailgun-", StringComparison.OrdinalIgnoreCase)
            ? $"only Mailgun writes {TextShown.Of(header.Name)}; the facts spam_action, spam_score, spf and dkim tell the same" : null;
}
