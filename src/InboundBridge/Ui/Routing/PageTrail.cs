using InboundBridge.Api.Routing;

namespace InboundBridge.Ui.Routing;

/// <summary>
/// Where a list is, and the pages on the way there. Lists go back in time by cursors, so the way to newer pages is kept in the address.
/// </summary>
/// <param name="Cursor">Null on the newest page.</param>
/// <param name="Way">The cursors of the pages before this one, without the newest page.</param>
internal sealed record PageTrail(string? Cursor, IReadOnlyList<string> Way)
{
    public const string CursorName = "cursor";
    public const string WayName = "way";

    /// <summary>Pages that can be gone back one by one; from there the next newer page is the newest one.</summary>
    private const int Longest = 40;

    /// <summary>A place that no page of the list has named is a problem of the query: it must not mean "the newest page".</summary>
    public static PageTrail Read(ApiQuery query, Func<string, bool> isCursor)
    {
        var (cursor, way) = (query.Cursor, query.Text(WayName)?.Split('.') ?? []);
        if (way.Length <= Longest && way.Append(cursor).OfType<string>().All(isCursor))
            return new PageTrail(cursor, way);
        query.Refuse("The address does not belong to this list. Start again at its first page.");
        return new PageTrail(null, []);
    }

    /// <summary>The pages around this one.</summary>
    /// <param name="next">The cursor of the next page; null at the end.</param>
    /// <param name="address">The address of a page by the values of <see cref="CursorName"/> and <see cref="WayName"/>.</param>
    public PagerModel Links(string? next, Func<string?, string?, string> address) => new(
        address(null, null),
        Cursor is null ? null : Way.Count == 0 ? address(null, null) : address(Way[^1], Join(Way.SkipLast(1))),
        next is null ? null : address(next, Cursor is null ? null : Join(Way.Append(Cursor).TakeLast(Longest))));

    private static string Join(IEnumerable<string> cursors) => string.Join('.', cursors);
}
