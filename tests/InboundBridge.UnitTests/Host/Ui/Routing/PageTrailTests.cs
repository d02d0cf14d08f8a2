using InboundBridge.Api.Routing;
using InboundBridge.Ui.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace InboundBridge.UnitTests.Host.Ui.Routing;

/// <summary>A list goes to older pages and the same way back.</summary>
public sealed class PageTrailTests
{
    [Fact]
    public void Newer_leads_back_page_by_page()
    {
        Assert.Equal(new PagerModel("/", null, "/?c1"), Links("", "", "c1"));
        Assert.Equal(new PagerModel("/", "/", "/?c2&c1"), Links("c1", "", "c2"));
        Assert.Equal(new PagerModel("/", "/?c1", "/?c3&c1.c2"), Links("c2", "c1", "c3"));
        Assert.Equal(new PagerModel("/", "/?c2&c1", null), Links("c3", "c1.c2", null));
    }

    [Fact]
    public void A_long_way_is_cut_at_its_beginning()
    {
        var way = string.Join('.', Enumerable.Range(0, 40).Select(index => $"c{index}"));
        Assert.EndsWith("&" + way["c0.".Length..] + ".c40", Links("c40", way, "c41").Older, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("c3", "a/b")]
    [InlineData("c3", "..")]
    [InlineData("c3", "c1.<b>")]
    [InlineData("x", "c1")]
    [InlineData("x", "")]
    public void A_way_that_nobody_went_is_refused(string cursor, string way)
    {
        var query = Query(cursor, way);
        Assert.Null(PageTrail.Read(query, IsCursor).Cursor);
        Assert.Contains("does not belong to this list", query.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_way_is_no_longer_than_a_page_writes_it() =>
        Assert.NotNull(Read("c41", string.Join('.', Enumerable.Range(0, 41).Select(index => $"c{index}"))).Problem);

    private static PagerModel Links(string cursor, string way, string? next) =>
        PageTrail.Read(Query(cursor, way), IsCursor).Links(
            next, (to, by) => to is null ? "/" : $"/?{to}{(string.IsNullOrEmpty(by) ? string.Empty : $"&{by}")}");

    private static ApiQuery Read(string cursor, string way)
    {
        var query = Query(cursor, way);
        PageTrail.Read(query, IsCursor);
        return query;
    }

    private static bool IsCursor(string text) => text.StartsWith('c');

    private static ApiQuery Query(string cursor, string way)
    {
        var query = new QueryCollection(new Dictionary<string, StringValues>(StringComparer.Ordinal)
        {
            [PageTrail.CursorName] = cursor,
            [PageTrail.WayName] = way,
        });
        return new ApiQuery(query, [PageTrail.CursorName, PageTrail.WayName]);
    }
}
