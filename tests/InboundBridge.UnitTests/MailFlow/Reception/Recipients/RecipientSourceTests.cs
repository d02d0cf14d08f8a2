using System.IO.Pipelines;
using System.Net;
using InboundBridge.MailFlow.Reception.Recipients;
using InboundBridge.Smtp.Client;
using InboundBridge.UnitTests.Smtp.Client;
using InboundBridge.UnitTests.Smtp.Server;

namespace InboundBridge.UnitTests.MailFlow.Reception.Recipients;

/// <summary>Services that tell whether a recipient exists. Each of their failures means that the answer is unknown.</summary>
public class RecipientSourceTests
{
    private readonly FakeTimeProvider _clock = new(FakeTime.Start);

    [Theory]
    [InlineData(200, RecipientExists.Yes)]
    [InlineData(204, RecipientExists.Yes)]
    [InlineData(404, RecipientExists.No)]
    [InlineData(403, RecipientExists.Unknown)]
    [InlineData(301, RecipientExists.Unknown)]
    [InlineData(500, RecipientExists.Unknown)]
    public async Task A_service_answers_by_its_status_code(int status, RecipientExists expected)
    {
        Uri? asked = null;
        var answer = await AskAsync("a+b c&d@example.com", (request, _) =>
        {
            asked = request.RequestUri;
            return Task.FromResult(new HttpResponseMessage((HttpStatusCode)status));
        });
        Assert.Equal(expected, answer.Exists);
        Assert.Equal(expected == RecipientExists.Unknown, answer.Detail is not null);
        Assert.Equal("https://who.example/is?key=1&recipient=a%2Bb%20c%26d%40example.com", asked!.AbsoluteUri);
    }

    [Fact]
    public async Task An_unreachable_service_gives_no_answer() =>
        Assert.Equal(
            RecipientExists.Unknown, (await AskAsync("a@example.com", (_, _) => throw new HttpRequestException("refused"))).Exists);

    [Fact]
    public async Task A_service_that_is_too_slow_gives_no_answer()
    {
        var asking = AskAsync("a@example.com", async (_, cancellation) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            return new HttpResponseMessage();
        });
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(RecipientExists.Unknown, (await asking).Exists);
    }

    [Theory]
    [InlineData("b@example.net", RecipientExists.Yes)]
    [InlineData("unknown@example.net", RecipientExists.No)]
    [InlineData("busy@example.net", RecipientExists.Unknown)]
    [InlineData("throws@example.net", RecipientExists.Unknown)]
    public async Task A_mail_server_is_asked_by_rcpt_without_a_message(string address, RecipientExists expected)
    {
        var connection = new MemoryConnection();
        await using var server = new SmtpTestServer();
        server.Start(new PipePair(PipeReader.Create(connection.Server), PipeWriter.Create(connection.Server)), client: null);
        var source = new CalloutRecipientSource(Options, TimeProvider.System, (_, _) => ValueTask.FromResult(connection.Client));
        Assert.Equal(expected, (await source.AskAsync(address, CancellationToken.None)).Exists);
        await server.EndAsync();
        Assert.Empty(server.Receiver.Messages);
        Assert.Null(Assert.Single(server.Receiver.Mails).ReversePath);
    }

    [Fact]
    public async Task An_unreachable_mail_server_gives_no_answer()
    {
        var source = new CalloutRecipientSource(Options, TimeProvider.System, (_, _) => throw new IOException("refused"));
        Assert.Equal(RecipientExists.Unknown, (await source.AskAsync("b@example.net", CancellationToken.None)).Exists);
    }

    private static SmtpClientOptions Options => new() { Server = new SmtpEndpoint("mailboxes.example", 24), Hostname = "mx.example.com" };

    private async Task<RecipientAnswer> AskAsync(
        string address, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer)
    {
        using var http = new HttpClient(new Handler(answer));
        return await new HttpRecipientSource(http, "https://who.example/is?key=1", TimeSpan.FromSeconds(10), _clock).AskAsync(
            address, CancellationToken.None);
    }

    private sealed class Handler(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            answer(request, cancellationToken);
    }
}
