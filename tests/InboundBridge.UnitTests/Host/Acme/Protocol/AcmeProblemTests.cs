using System.Text.Json;
using InboundBridge.Acme.Protocol;

namespace InboundBridge.UnitTests.Host.Acme.Protocol;

public sealed class AcmeProblemTests
{
    private const string Urn = "urn:ietf:params:acme:error:";

    [Theory]
    [InlineData("caa", "the CAA record of mx.example.com does not allow")]
    [InlineData("dns", "publish an A or AAAA record for mx.example.com")]
    [InlineData("connection", "must reach mx.example.com from outside")]
    [InlineData("unauthorized", "another server answers for mx.example.com")]
    [InlineData("rejectedIdentifier", "does not issue for mx.example.com")]
    public void The_innermost_cause_is_told_with_what_to_do(string type, string remedy)
    {
        var problem = Read($$"""
            { "type": "{{Urn}}compound", "detail": "several failed", "subproblems": [
              { "type": "{{Urn}}{{type}}", "detail": "it is so", "identifier": { "type": "dns", "value": "mx.example.com" } },
              { "type": "{{Urn}}dns", "detail": "another" } ] }
            """);
        Assert.Equal($"mx.example.com: {type}: it is so", problem.Text);
        Assert.Contains(remedy, problem.Remedy, StringComparison.Ordinal);
        var exception = problem.ToException();
        Assert.Equal((problem.Text, problem.Remedy, type), (exception.Message, exception.Remedy, exception.Type));
    }

    [Theory]
    [InlineData("{}", "unknown: the authority gives no reason")]
    [InlineData("""{ "type": 7, "detail": [] }""", "unknown: the authority gives no reason")]
    [InlineData("""{ "type": "urn:other", "detail": "a\r\nforged line" }""", "urn:other: a  forged line")]
    [InlineData("""{ "type": "urn:other", "detail": "x", "subproblems": 3 }""", "urn:other: x")]
    [InlineData("""[1]""", "unknown: the authority gives no reason")]
    public void Odd_documents_are_told_as_far_as_they_go(string json, string text) => Assert.Equal(text, Read(json).Text);

    [Fact]
    public void Long_texts_are_cut()
    {
        var problem = Read($$"""{ "type": "x", "detail": "{{new string('d', 100_000)}}" }""");
        Assert.InRange(problem.Text.Length, 100, 600);
    }

    [Fact]
    public void A_rate_limit_is_told_as_one() => Assert.True(Read($$"""{ "type": "{{Urn}}rateLimited" }""").ToException(429).IsRateLimit);

    [Fact]
    public void So_is_one_of_a_proxy_that_knows_no_types() =>
        Assert.True(Read("""{ "type": "about:blank", "title": "Too Many Requests" }""").ToException(429).IsRateLimit);

    private static AcmeProblem Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return AcmeProblem.Read(document.RootElement);
    }
}
