using System.Text;
using System.Text.Json.Nodes;
using InboundBridge.MailFlow.Delivery.Webhook.Transforming;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Transforming;

/// <summary>What a script returns may contain text from a mail, so it is checked like everything that comes from outside.</summary>
public class TransformedRequestTests
{
    [Theory]
    [InlineData("""{"body": {"text": "a<b&\"é"}}""", "application/json", "{\"text\":\"a<b&\\\"é\"}")]
    [InlineData("""{"body": [1, null, true]}""", "application/json", "[1,null,true]")]
    [InlineData("""{"body": "a=1&b=2"}""", "text/plain; charset=utf-8", "a=1&b=2")]
    [InlineData("""{"body": ""}""", "text/plain; charset=utf-8", "")]
    [InlineData("""{"body": "a=1", "headers": {"content-type": "application/x-www-form-urlencoded"}}""", "application/x-www-form-urlencoded",
        "a=1")]
    [InlineData("""{"body": {}, "headers": null, "url": null, "skip": false}""", "application/json", "{}")]
    public void An_object_is_json_and_a_text_is_as_it_is(string returned, string contentType, string body)
    {
        var request = Read(returned);
        Assert.Equal((contentType, body), (request.ContentType, Encoding.UTF8.GetString(request.Body)));
        Assert.Empty(request.Headers);
    }

    [Theory]
    [InlineData("null", "returned no object")]
    [InlineData("\"text\"", "returned no object")]
    [InlineData("{}", "returned no body")]
    [InlineData("""{"body": null}""", "returned no body")]
    [InlineData("""{"body": 5}""", "body is an object, a list or a string")]
    [InlineData("""{"body": {}, "header": {}}""", "returned \"header\": it returns body, headers, url, skip")]
    [InlineData("""{"body": {}, "skip": "yes"}""", "skip is true or false")]
    [InlineData("""{"body": {}, "headers": []}""", "headers is an object")]
    [InlineData("""{"body": {}, "headers": {"a b": "x"}}""", "\"a b\" is no name of a header")]
    [InlineData("""{"body": {}, "headers": {"": "x"}}""", "\"\" is no name of a header")]
    [InlineData("""{"body": {}, "headers": {"X:\r\nEvil": "x"}}""", "\"X:  Evil\" is no name of a header")]
    [InlineData("""{"body": {}, "headers": {"webhook-signature": "x"}}""", "webhook-signature is written by us")]
    [InlineData("""{"body": {}, "headers": {"Webhook-Other": "x"}}""", "Webhook-Other is written by us")]
    [InlineData("""{"body": {}, "headers": {"host": "x"}}""", "host is written by us")]
    [InlineData("""{"body": {}, "headers": {"Content-Length": 5}}""", "Content-Length is written by us")]
    [InlineData("""{"body": {}, "headers": {"Transfer-Encoding": "chunked"}}""", "Transfer-Encoding is written by us")]
    [InlineData("""{"body": {}, "headers": {"x-inboundbridge-replay": "true"}}""", "x-inboundbridge-replay is written by us")]
    [InlineData("""{"body": {}, "headers": {"X-A": ["x"]}}""", "the value of X-A is no text")]
    [InlineData("""{"body": {}, "headers": {"X-A": "1", "x-a": "2"}}""", "x-a is there twice")]
    [InlineData("""{"body": {}, "url": 5}""", "url is no text")]
    [InlineData("""{"body": {}, "url": "/relative"}""", "not an absolute http or https URL")]
    [InlineData("""{"body": {}, "url": "file:///etc/passwd"}""", "not an absolute http or https URL")]
    [InlineData("""{"body": {}, "url": "gopher://x.example/"}""", "not an absolute http or https URL")]
    [InlineData("""{"body": {}, "url": "https://x.example/\r\nHost: y"}""", "not an absolute http or https URL")]
    [InlineData("""{"body": {}, "url": "https://user:pass@x.example/"}""", "names a user")]
    public void What_can_not_be_sent_is_refused(string returned, string problem) =>
        Assert.Contains(problem, Assert.Throws<FormatException>(() => Read(returned)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_line_end_in_a_value_begins_no_header()
    {
        var header = Assert.Single(Read("""{"body": {}, "headers": {"X-Subject": "a\r\nEvil: b\u0000", "X-None": null}}""").Headers);
        Assert.Equal(("X-Subject", "a  Evil: b "), (header.Key, header.Value));
    }

    [Fact]
    public void Numbers_and_truths_become_texts() =>
        Assert.Equal(["5", "true"], Read("""{"body": {}, "headers": {"X-A": 5, "X-B": true}}""").Headers.Select(header => header.Value));

    /// <summary>encodeURIComponent leaves dots as they are.</summary>
    [Fact]
    public void A_url_has_no_dot_segments() =>
        Assert.Equal("https://x.example/t/%252E%252E/end", Read("""{"body": {}, "url": "https://x.example/t/../end"}""").Url!.AbsoluteUri);

    [Fact]
    public void Every_limit_holds_at_its_edge()
    {
        var limits = TransformLimits.Default with { Body = 10, Headers = 2, HeaderOctets = 20, Url = 30 };
        Assert.Equal(10, Read($$"""{"body": "{{new string('x', 10)}}"}""", limits).Body.Length);
        Assert.Throws<FormatException>(() => Read($$"""{"body": "{{new string('x', 11)}}"}""", limits));
        Assert.Throws<FormatException>(() => Read($$"""{"body": "{{new string('é', 6)}}"}""", limits));
        Read("""{"body": "", "headers": {"A": "1", "B": "2"}}""", limits);
        Assert.Throws<FormatException>(() => Read("""{"body": "", "headers": {"A": "1", "B": "2", "C": "3"}}""", limits));
        Read($$"""{"body": "", "headers": {"A": "{{new string('x', 15)}}"} }""", limits);
        Assert.Throws<FormatException>(() => Read($$"""{"body": "", "headers": {"A": "{{new string('x', 16)}}"} }""", limits));
        Read($$"""{"body": "", "url": "https://x.example/{{new string('x', 12)}}"}""", limits);
        Assert.Throws<FormatException>(() => Read($$"""{"body": "", "url": "https://x.example/{{new string('x', 13)}}"}""", limits));
    }

    [Fact]
    public void A_mail_that_is_skipped_needs_nothing_else() => Assert.True(Read("""{"skip": true}""").Skips);

    private static TransformedRequest Read(string returned, TransformLimits? limits = null) =>
        TransformedRequest.Read(JsonNode.Parse(returned), limits ?? TransformLimits.Default);
}
