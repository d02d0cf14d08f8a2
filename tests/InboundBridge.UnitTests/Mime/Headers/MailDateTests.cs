using System.Globalization;
using InboundBridge.Mime.Headers;

namespace InboundBridge.UnitTests.Mime.Headers;

public class MailDateTests
{
    [Theory]
    [InlineData("Fri, 02 Jan 2026 03:04:05 +0100", "2026-01-02T02:04:05")]
    [InlineData("2 Jan 2026 03:04 GMT", "2026-01-02T03:04:00")]
    [InlineData("Fri, 2 Jan 26 03:04:05 EST", "2026-01-02T08:04:05")]
    [InlineData("Fri, 2 Jan 98 03:04:05 -0000", "1998-01-02T03:04:05")]
    [InlineData("Fri, 2 Jan 2026 03:04:05 +0100 (CET)", "2026-01-02T02:04:05")]
    [InlineData("Fri Jan  2 03:04:05 2026", "2026-01-02T03:04:05")]
    [InlineData("Fri Jan 2 03:04:05 PST 2026", "2026-01-02T11:04:05")]
    [InlineData("Friday, January 2, 2026 3:04:05 PM", "2026-01-02T15:04:05")]
    [InlineData("2-Jan-2026 03:04:05 GMT+0200", "2026-01-02T01:04:05")]
    [InlineData("2026-01-02T03:04:05Z", "2026-01-02T03:04:05")]
    [InlineData("2026-01-02 03:04:05 +0100", "2026-01-02T02:04:05")]
    [InlineData("Fri, 02 Jan 2026 03:04:60 +0000", "2026-01-02T03:05:00")]
    [InlineData("Fri, 02 Jan 2026 24:00:00 +0000", "2026-01-03T00:00:00")]
    [InlineData("Fri,02 Jan 2026 03:04:05+0100", "2026-01-02T02:04:05")]
    [InlineData("(comment) 02 Jan (c) 2026 03:04:05 +01", "2026-01-02T02:04:05")]
    [InlineData("Fri, 32 Jan 2026 03:04:05 +0000", null)]
    [InlineData("yesterday", null)]
    [InlineData("", null)]
    public void Dates_found_in_the_wild_are_understood(string text, string? expected) =>
        Assert.Equal(expected, MailDate.Parse(text)?.UtcDateTime.ToString("s", CultureInfo.InvariantCulture));
}
