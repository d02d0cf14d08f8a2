using System.Net;
using InboundBridge.Http.Answers;

namespace InboundBridge.UnitTests.Host.Api;

/// <summary>What strangers sent is saved and never shown; HEAD says as much as GET, without the content.</summary>
public sealed class DownloadTests
{
    private const string Mail =
        "From: al@sender.test\r\nSubject: x\r\nContent-Type: text/html; name=\"../../a\\\"b\u202Egpj.exe\"\r\nContent-Disposition: attachment\r\n\r\n<script>alert(1)</script>\r\n";

    [Fact]
    public async Task A_mail_and_its_attachments_are_downloads_that_no_browser_runs_and_no_cache_keeps()
    {
        await using var api = await ApiFixture.CreateAsync();
        var id =
            (await api.AskAsync(
                "POST /api/v1/messages?from=al@sender.test&to=ann@example.com", HttpStatusCode.Created, Mail, "message/rfc822"))
                .GetProperty("id").GetString();
        foreach (var path in new[] { $"/api/v1/messages/{id}/raw", $"/api/v1/messages/{id}/attachments/1" })
        {
            using var answer = await api.SendAsync($"GET {path}");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("nosniff", string.Join(',', answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
            Assert.True(answer.Headers.CacheControl is { NoStore: true, Private: true });
            Assert.Contains("sandbox", string.Join(',', answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
            using var head = await api.SendAsync($"HEAD {path}");
            Assert.Equal(HttpStatusCode.OK, head.StatusCode);
            Assert.Equal(answer.Content.Headers.ContentType, head.Content.Headers.ContentType);
            Assert.Equal(answer.Content.Headers.ContentDisposition, head.Content.Headers.ContentDisposition);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        }
        using var raw = await api.SendAsync($"HEAD /api/v1/messages/{id}/raw");
        using var whole = await api.SendAsync($"GET /api/v1/messages/{id}/raw");
        Assert.Equal((await whole.Content.ReadAsByteArrayAsync()).Length, raw.Content.Headers.ContentLength);
        Assert.Equal($"{id}.eml", raw.Content.Headers.ContentDisposition?.FileNameStar ?? raw.Content.Headers.ContentDisposition?.FileName);
    }

    [Fact]
    public async Task Every_route_that_takes_GET_takes_HEAD()
    {
        await using var api = await ApiFixture.CreateAsync();
        var id = await api.SubmitAsync("x");
        foreach (var path in api.Routes.Where(
            route =>
                route.Metadata.OfType<Microsoft.AspNetCore.Routing.HttpMethodMetadata>()
                    .Any(methods => methods.HttpMethods.Contains("GET"))).Select(route => route.RoutePattern.RawText!))
        {
            var filled = path.Replace("{id}", id, StringComparison.Ordinal).Replace("{index}", "1", StringComparison.Ordinal);
            using var head = await api.SendAsync($"HEAD {filled}");
            Assert.NotEqual(HttpStatusCode.MethodNotAllowed, head.StatusCode);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        }
        Assert.Equal(0, api.Core.Operations.Events.Followers);
    }

    [Fact]
    public void Half_a_character_is_replaced() => Assert.Equal("half \ufffd a pair", Download.SafeName("half \ud800 a pair"));

    [Theory]
    [InlineData("report.pdf", "report.pdf")]
    [InlineData("../../etc/passwd", "_.._etc_passwd")]
    [InlineData("a\r\nSet-Cookie: x", "a__Set-Cookie_ x")]
    [InlineData("photo\u202Egpj.exe", "photo_gpj.exe")]
    [InlineData("the \"best\" one.pdf", "the _best_ one.pdf")]
    [InlineData("Zoë 日本.txt", "Zoë 日本.txt")]
    [InlineData(" .. ", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_name_never_leaves_its_folder(string? given, string? expected) => Assert.Equal(expected, Download.SafeName(given));
}
