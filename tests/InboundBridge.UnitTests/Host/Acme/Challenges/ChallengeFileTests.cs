using System.Text;
using InboundBridge.Acme.Challenges;
using Microsoft.AspNetCore.Http;

namespace InboundBridge.UnitTests.Host.Acme.Challenges;

public sealed class ChallengeFileTests
{
    private const string Token = "a-token-of-some-length-1";

    private readonly ChallengeAnswers _answers = new();

    [Theory]
    [InlineData("GET", "/.well-known/acme-challenge/" + Token, true, 200)]
    [InlineData("GET", "/.well-known/acme-challenge/" + Token, false, 200)]
    [InlineData("GET", "/.well-known/acme-challenge/another-token-of-length", true, 404)]
    [InlineData("GET", "/.well-known/acme-challenge/" + Token + "/", true, 404)]
    [InlineData("GET", "/.well-known/acme-challenge/", true, 404)]
    [InlineData("POST", "/.well-known/acme-challenge/" + Token, true, 404)]
    [InlineData("GET", "/api/v1/messages", true, 404)]
    [InlineData("GET", "/api/v1/messages", false, 299)]
    [InlineData("GET", "/.well-known/acme-challenge/another-token-of-length", false, 299)]
    public async Task Only_open_challenges_are_answered(string method, string path, bool isAlone, int status)
    {
        using var open = _answers.AnswerByFile(Token, "the proof");
        var (context, body) = Request(method, path, isAlone);
        await new ChallengeFile(_answers).ServeAsync(context, Next);
        Assert.Equal(status, context.Response.StatusCode);
        Assert.Equal(status == 200 ? "the proof" : "", Encoding.ASCII.GetString(body.ToArray()));
        // Nothing of the request comes back.
        Assert.All(context.Response.Headers, header => Assert.Contains(header.Key, new[] { "Content-Type", "Content-Length" }));
    }

    [Fact]
    public async Task A_settled_challenge_is_answered_no_more()
    {
        _answers.AnswerByFile(Token, "the proof").Dispose();
        var (context, _) = Request("GET", "/.well-known/acme-challenge/" + Token, isAlone: true);
        await new ChallengeFile(_answers).ServeAsync(context, Next);
        Assert.Equal(404, context.Response.StatusCode);
    }

    private static Task Next(HttpContext context)
    {
        context.Response.StatusCode = 299;
        return Task.CompletedTask;
    }

    private static (DefaultHttpContext Context, MemoryStream Body) Request(string method, string path, bool isAlone)
    {
        var body = new MemoryStream();
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Path = path;
        context.Response.Body = body;
        if (isAlone)
            context.Features.Set(ChallengeSide.Instance);
        return (context, body);
    }
}
