using InboundBridge.MailFlow.SenderAuthentication.ResultsField;
using InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.ResultsField;

public class ResultsFieldReaderTests
{
    /// <summary>A value as RFC 8601 Appendix B or a large provider writes it, and what it states.</summary>
    [Theory]
    [InlineData("example.org 1; none", "example.org:")]
    [InlineData(" example.com;\r\n spf=pass smtp.mailfrom=example.net", "example.com: spf=pass[smtp.mailfrom=example.net]")]
    [InlineData("example.com; auth=pass (cram-md5) smtp.auth=sender@example.net; spf=pass smtp.mailfrom=example.net",
        "example.com: auth=pass[smtp.auth=sender@example.net] spf=pass[smtp.mailfrom=example.net]")]
    [InlineData("foo.example.net (foobar) 1 (baz);\r\n dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r\n"
        + "  policy (A dot can go here) . (like that) expired\r\n  (this surprised me) = (as I wasn't expecting it) 1362471462",
        "foo.example.net: dkim=fail[policy.expired=1362471462]")]
    [InlineData("mx.google.com; dkim=pass header.i=@example.com header.s=s1 header.b=\"ab/c+d\";\r\n       dmarc=pass (p=REJECT sp=REJECT"
        + " dis=NONE) header.from=example.com", "mx.google.com: dkim=pass[header.i=@example.com header.s=s1 header.b=ab/c+d]"
        + " dmarc=pass[header.from=example.com]")]
    [InlineData("mx.microsoft.com 1; spf=pass (sender ip is 192.0.2.1) smtp.mailfrom=a.example; dmarc=pass (p=none) action=none"
        + " header.from=a.example; arc=none", "mx.microsoft.com: spf=pass[smtp.mailfrom=a.example]"
        + " dmarc=pass[action=none header.from=a.example] arc=none[]")]
    [InlineData("x; dkim=pass reason=\"good; sig\\\"nature\" header.i=\"a b\"@example.com",
        "x: dkim=pass[reason=good; sig\"nature header.i=a b@example.com]")]
    [InlineData("\"quoted id\"; SPF=Pass SMTP.MailFrom=A@Example.COM", "quoted id: spf=pass[smtp.mailfrom=A@Example.COM]")]
    [InlineData("x; dkim; dkim=; =pass; spf=pass smtp.mailfrom; dmarc=pass", "x: dmarc=pass[]")]
    [InlineData("x; a=b c=d (open; dmarc=pass", "x:")]
    [InlineData("x; a=b c=\"open; dmarc=pass", "x:")]
    [InlineData("x;; ;dmarc=pass;", "x: dmarc=pass[]")]
    [InlineData("", null)]
    [InlineData(" ; dmarc=pass", null)]
    [InlineData("(only a comment)", null)]
    public void A_value_states(string value, string? expected) => Assert.Equal(expected, Text(SlowCanon.Octets(value)));

    [Fact]
    public void Hostile_values_are_bounded()
    {
        Assert.Equal("x:", Text(SlowCanon.Octets("x; a=b " + new string('(', 10_000) + new string(')', 10_000) + "; dmarc=pass")));
        Assert.Null(Text(SlowCanon.Octets("x" + new string(';', 100_000))));
        var many = ResultsFieldReader.Read(SlowCanon.Octets("x" + string.Concat(Enumerable.Repeat("; a=b c=d c=d", 2000))))!;
        Assert.Equal((64, false), (many.Results.Count, many.IsWhole));
        var wide = ResultsFieldReader.Read(SlowCanon.Octets("x; a=b" + string.Concat(Enumerable.Repeat(" c=d", 2000))))!;
        Assert.Equal((32, false), (wide.Results[0].Properties.Count, wide.IsWhole));
    }

    [Theory]
    [InlineData("example.org 1; none", true)]
    [InlineData("example.org;; ; spf=pass (c) ; ", true)]
    [InlineData("mx.microsoft.com 1; dmarc=pass (p=none) action=none header.from=a.example; arc=none", true)]
    [InlineData("x; spf", false)]
    [InlineData("x; none spf=pass", false)]
    [InlineData("x; spf=pass smtp.mailfrom", false)]
    [InlineData("x; spf=pass a=b c", false)]
    [InlineData("x; spf=pass (open", false)]
    [InlineData("x; spf=pass a=\"open", false)]
    [InlineData("x (open; spf=pass", false)]
    public void A_field_is_whole_if_every_part_of_it_was_read(string value, bool isWhole) =>
        Assert.Equal(isWhole, ResultsFieldReader.Read(SlowCanon.Octets(value))!.IsWhole);

    [Fact]
    public void Any_text_is_read_without_a_fault()
    {
        var random = new Random(9);
        string[] pieces = ["x", ";", "=", "dkim", "pass", " ", "(", ")", "\"", "\\", "/", ".", "1", "header.d", "\r\n ", "\u00e4", "\0"];
        for (var round = 0; round < 20_000; round++)
        {
            var value = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => pieces[random.Next(pieces.Length)]));
            var read = ResultsFieldReader.Read(SlowCanon.Octets(value));
            Assert.True(read is null || read.Results.All(result => result.Method.Length > 0 && result.Result.Length > 0), value);
        }
    }

    private static string? Text(byte[] value) => ResultsFieldReader.Read(value) is not { } read
        ? null
        : string.Concat(read.Results.Select(result => $" {result.Method}={result.Result}"
            + $"[{string.Join(' ', result.Properties.Select(property => $"{property.Key}={property.Value}"))}]")
                .Prepend($"{read.AuthservId}:"));
}
