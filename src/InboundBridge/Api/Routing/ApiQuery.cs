using System.Globalization;
using InboundBridge.Configuration.Values;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Yaml;

namespace InboundBridge.Api.Routing;

/// <summary>
/// The query of a request, read strictly: a misspelt filter must not mean "everything". Read every value first, then check
/// <see cref="Problem"/>, which holds the first problem.
/// </summary>
/// <param name="known">The names that the route declares.</param>
internal sealed class ApiQuery(IQueryCollection query, string[] known)
{
    public const int DefaultLimit = 50;
    public const int MostItems = 500;
    public const string WrongCursor = "cursor: it does not belong to this list; pass the 'next' of the previous page";

    /// <summary>Null while every name is known and every value that was read so far is valid.</summary>
    public string? Problem { get; private set; } = UnknownName(query, known);

    public string? Cursor => Text("cursor");

    /// <summary>It may be a cursor of a list of messages.</summary>
    public static bool IsMessageCursor(string cursor) => MessageIdSource.IsId(cursor);

    /// <summary>It may be a cursor of a list of deliveries.</summary>
    public static bool IsDeliveryCursor(string cursor) => long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    /// <summary>The cursor of a list of messages: the id of the last one of the previous page.</summary>
    public string? MessageCursor()
    {
        if (Cursor is not { } id || IsMessageCursor(id))
            return Cursor;
        Problem ??= WrongCursor;
        return null;
    }

    /// <summary>A number from 1; the default where it is not given.</summary>
    public int Number(string name, int otherwise)
    {
        if (Text(name) is not { } text)
            return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
            return number;
        Problem ??= $"{name}: expected a number from 1, not '{text}'";
        return otherwise;
    }

    /// <summary>Adds a problem that only the route knows about.</summary>
    public void Refuse(string problem) => Problem ??= problem;

    public string? Text(string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>One of these words; null where it is not given.</summary>
    public string? OneOf(string name, IReadOnlyCollection<string> words)
    {
        if (Text(name) is { } text && !words.Contains(text, StringComparer.Ordinal))
            Problem ??= $"{name}: there is no {name} '{text}' "
                + $"({NearestName.Hint(text, words) ?? $"expected one of: {string.Join(", ", words)}"})";
        return Text(name);
    }

    /// <summary>False where it is not given.</summary>
    public bool Flag(string name)
    {
        if (Text(name) is not { } text || text == "false")
            return false;
        if (text != "true")
            Problem ??= $"{name}: expected true or false, not '{text}'";
        return text == "true";
    }

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
        Problem ??= $"state: there is no state '{text}' ({NearestName.Hint(text, names)})";
        return null;
    }

    /// <summary>An instant, or an age: <c>2026-01-02T03:04:05Z</c>, <c>2026-01-02</c>, <c>7d</c>.</summary>
    public DateTimeOffset? Instant(string name, TimeProvider clock)
    {
        if (Text(name) is not { } text)
            return null;
        if (DurationText.TryParse(text, out var ago))
            return ago < clock.GetUtcNow() - DateTimeOffset.UnixEpoch ? clock.GetUtcNow() - ago : DateTimeOffset.UnixEpoch;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
            return instant < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : instant;
        Problem ??= $"{name}: expected a time such as 2026-01-02T03:04:05Z, or an age such as 7d, not '{text}'";
        return null;
    }

    /// <summary>The name of a destination; null where it is not given.</summary>
    public string? Destination(string name, IReadOnlyCollection<string> known)
    {
        if (Text(name) is not { } text || known.Contains(text, StringComparer.Ordinal))
            return Text(name);
        Problem ??= $"{name}: there is no destination '{text}'{(NearestName.Hint(text, known) is { } hint ? $" ({hint})" : string.Empty)}";
        return null;
    }

    private static string? UnknownName(IQueryCollection query, string[] known)
    {
        var what = known.Contains(ApiParameters.State.Name) ? "filter" : "parameter";
        foreach (var name in query.Keys)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
                return $"there is no {what} '{name}'{(NearestName.Hint(name, known) is { } hint ? $" ({hint})" : string.Empty)}";
        }
        return null;
    }
}
