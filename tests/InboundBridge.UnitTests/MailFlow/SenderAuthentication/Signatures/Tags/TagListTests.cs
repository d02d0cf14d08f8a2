using InboundBridge.MailFlow.SenderAuthentication.Signatures.Tags;
using InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Signatures.Tags;

public class TagListTests
{
    /// <summary>RFC 6376 §3.2: the list, and its tags; null where it is invalid.</summary>
    [Theory]
    [InlineData("a=1", "a=1")]
    [InlineData("a=1;", "a=1")]
    [InlineData(" a = 1 ;\r\n\tb_2 =  x y \r\n z ; \r\n", "a=1|b_2=x y \r\n z")]
    [InlineData("a=;b==", "a=|b==")]
    [InlineData("A=1;a=2", "A=1|a=2")]
    [InlineData("a=\u00e4", "a=\u00e4")]
    [InlineData("a=1;a=2", null)]
    [InlineData("a=1;;b=2", null)]
    [InlineData("a=1; ;", null)]
    [InlineData("", null)]
    [InlineData(";", null)]
    [InlineData("a", null)]
    [InlineData("=1", null)]
    [InlineData("1a=1", null)]
    [InlineData("a b=1", null)]
    [InlineData("a-b=1", null)]
    [InlineData("a=\0", null)]
    [InlineData("a=1\r2", null)]
    public void Tags_are_read(string text, string? expected)
    {
        var octets = SlowCanon.Octets(text);
        var problem = TagList.Read(octets, out var list);
        Assert.Equal(expected is null, problem is not null);
        foreach (var tag in expected?.Split('|') ?? [])
        {
            var name = tag.Split('=', 2)[0];
            Assert.True(list.TryGet(SlowCanon.Octets(name), out var value));
            Assert.Equal(tag, $"{name}={SlowCanon.Text(value.ToArray())}");
        }
        Assert.False(list.TryGet("none"u8, out _));
    }

    [Fact]
    public void A_list_of_many_tags_is_invalid()
    {
        var tags = string.Join(';', Enumerable.Range(0, 1000).Select(number => $"t{number}=x"));
        Assert.Equal("there are too many tags", TagList.Read(SlowCanon.Octets(tags), out _));
    }

    [Theory]
    [InlineData("QUJD", "ABC")]
    [InlineData(" QU\r\n\tJD ", "ABC")]
    [InlineData("QQ==", "A")]
    [InlineData("QQ", "A")]
    [InlineData("QUI", "AB")]
    [InlineData("Q", null)]
    [InlineData("Q=Q=", null)]
    [InlineData("Q!==", null)]
    [InlineData("", null)]
    public void Base64_may_be_folded(string text, string? expected) =>
        Assert.Equal(expected, FoldingSpace.DecodeBase64(SlowCanon.Octets(text)) is { } octets ? SlowCanon.Text(octets) : null);
}
