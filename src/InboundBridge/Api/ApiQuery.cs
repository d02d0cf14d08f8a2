using System.Globalization;
using InboundBridge.MailFlow.Spool;
using InboundBridge.Rules.Yaml;

namespace InboundBridge.Api;

/// <summary>The query of a list or a bulk change, read strictly: a filter that is misspelt must not mean "everything".</summary>
internal sealed class ApiQuery(IQueryCollection query, params string[] known)
{
    private const int DefaultLimit = 50;
    private const int MostItems = 500;

    /// <summary>Null when every name is known and every value has been understood so far.</summary>
    public string? Problem { get; private set; } = UnknownName(query, known);

    public string? Cursor => Text("cursor");

    public string? Text(string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

    public int Limit()
    {
        if (Text("limit") is not { } text)
            return DefaultLimit;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is > 0 and <= MostItems)
            return limit;
        Problem ??= $"limit: expected a number from 1 to {MostItems}, not '{text}'";
        return DefaultLimit;
    }

    public DeliveryState? State()
    {
        if (Text("state") is not { } text)
            return null;
        var names = Enum.GetNames<DeliveryState>().Select(name => name.ToLowerInvariant()).ToList();
        if (names.Contains(text))
            return Enum.Parse<DeliveryState>(text, ignoreCase: true);
        Problem ??= $"state: there is no '{text}' ({NearestName.Hint(text, names)})";
        return null;
    }

    public DateTimeOffset? Instant(string name)
    {
        if (Text(name) is not { } text)
            return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
            return instant;
        Problem ??= $"{name}: expected a time such as 2026-01-02T03:04:05Z, not '{text}'";
        return null;
    }

    private static string? UnknownName(IQueryCollection query, string[] known)
    {
        foreach (var name in query.Keys)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
                return $"there is no filter '{name}'{(NearestName.Hint(name, known) is { } hint ? $" ({hint})" : string.Empty)}";
        }
        return null;
    }
}
