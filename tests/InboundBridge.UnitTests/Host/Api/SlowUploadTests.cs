using System.IO.Pipelines;
using System.Net;
using System.Text;

namespace InboundBridge.UnitTests.Host.Api;

/// <summary>A slow body delays only its own request, and only up to a limit.</summary>
public sealed class SlowUploadTests
{
    private const string Path = "/api/v1/explain?from=al@sender.test&to=ann@example.com";

    [Fact]
    public async Task A_slow_upload_holds_nobody_up()
    {
        await using var api = await ApiFixture.CreateAsync();
        var slow = Enumerable.Range(0, 8).Select(_ => Begin(api)).ToList();
        var answer = await api.AskAsync($"POST {Path}", HttpStatusCode.OK, "Subject: quick\r\n\r\n", "message/rfc822");
        Assert.Equal("delivered", answer.GetProperty("recipients")[0].GetProperty("fate").GetString());
        foreach (var (body, asked) in slow)
        {
            Assert.False(asked.IsCompleted);
            await body.Writer.WriteAsync("Subject: slow\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            await body.Writer.CompleteAsync();
            Assert.Equal(HttpStatusCode.OK, (await asked).StatusCode);
        }
    }

    [Fact]
    public async Task An_upload_that_does_not_end_is_given_up()
    {
        await using var api = await ApiFixture.CreateAsync();
        var (body, asked) = Begin(api);
        // Its deadline is set once it is read from; others run on this clock too.
        await body.Writer.WriteAsync("Subject: slow\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await api.Clock.AdvanceUntilAsync(asked, TestContext.Current.CancellationToken);
        using var answer = await asked;
        Assert.Equal(HttpStatusCode.RequestTimeout, answer.StatusCode);
        await body.Writer.CompleteAsync();
    }

    [Fact]
    public async Task One_caller_has_so_many_uploads_and_no_more()
    {
        await using var api = await ApiFixture.CreateAsync();
        var slow = Enumerable.Range(0, 20).Select(_ => Begin(api)).ToList();
        var refused = 0;
        while (refused < 4)
        {
            var done = await Task.WhenAny(slow.Select(upload => upload.Asked).ToList());
            Assert.Equal(HttpStatusCode.TooManyRequests, (await done).StatusCode);
            Assert.NotNull((await done).Headers.RetryAfter);
            slow.RemoveAll(upload => upload.Asked == done);
            refused++;
        }
        foreach (var (body, asked) in slow)
        {
            await body.Writer.CompleteAsync();
            Assert.Equal(HttpStatusCode.OK, (await asked).StatusCode);
        }
    }

    private static (Pipe Body, Task<HttpResponseMessage> Asked) Begin(ApiFixture api)
    {
        var body = new Pipe();
        var client = api.Client();
        return (body, client.PostAsync(Path, new StreamContent(body.Reader.AsStream())));
    }
}
