using System.Text;
using InboundBridge.MailFlow.TransportSecurity.MtaSts;

namespace InboundBridge.UnitTests.MailFlow.TransportSecurity.MtaSts;

public class MtaStsPolicyReaderTests
{
    private const string Good = "version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.Example.net\r\nmax_age: 604800\r\n";

    [Theory]
    [InlineData(Good)]
    [InlineData("max_age:604800\nmx:mail.example.com  \nmx: \t*.example.net\nmode: enforce\nversion: STSv1")]
    [InlineData(
        "version: STSv1\nversion: STSv9\nmode: enforce\nmode: none\nmx: mail.example.com\nmx: *.example.net\nmax_age: 604800\nmax_age: 1")]
    [InlineData("version: STSv1\nx-new.key: some: thing é\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\nmax_age: 604800\n\n")]
    public void A_valid_policy_is_read(string text)
    {
        var policy = Read(text);
        Assert.Equal(MtaStsMode.Enforce, policy.Mode);
        Assert.Equal(TimeSpan.FromDays(7), policy.MaxAge);
        Assert.Equal(["mail.example.com", "*.example.net"], policy.Hosts);
    }

    [Theory]
    [InlineData("", "not \"key: value\"")]
    [InlineData("mode: enforce\nmx: a.test\nmax_age: 1", "no version")]
    [InlineData("version: STSv2\nmode: enforce\nmx: a.test\nmax_age: 1", "not STSv1")]
    [InlineData("version: stsv1\nmode: enforce\nmx: a.test\nmax_age: 1", "not STSv1")]
    [InlineData("version: STSv1\nmx: a.test\nmax_age: 1", "no mode")]
    [InlineData("version: STSv1\nmode: Enforce\nmx: a.test\nmax_age: 1", "none of enforce")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.test", "no max_age")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.test\nmax_age: 12345678901", "no number")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.test\nmax_age: -1", "no number")]
    [InlineData("version: STSv1\nmode: enforce\nmax_age: 1", "names no mx")]
    [InlineData("version: STSv1\nmode: testing\nmax_age: 1", "names no mx")]
    [InlineData("version: STSv1\nmode: enforce\nmx: *\nmax_age: 1", "no host name")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.*.test\nmax_age: 1", "no host name")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a..test\nmax_age: 1", "no host name")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.test, b.test\nmax_age: 1", "no host name")]
    [InlineData("version: STSv1\n\nmode: enforce\nmx: a.test\nmax_age: 1", "not \"key: value\"")]
    [InlineData("version: STSv1\nmode enforce\nmx: a.test\nmax_age: 1", "not \"key: value\"")]
    [InlineData("version: STSv1\rmode: enforce\rmx: a.test\rmax_age: 1", "not \"key: value\"")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.test\nmax_age: 1\0", "control characters")]
    [InlineData("<html><body>version: STSv1</body></html>", "not \"key: value\"")]
    public void An_invalid_policy_is_refused(string text, string fault)
    {
        Assert.False(MtaStsPolicyReader.TryRead(Encoding.UTF8.GetBytes(text), out var policy, out var said));
        Assert.Null(policy);
        Assert.Contains(fault, said, StringComparison.Ordinal);
    }

    [Fact]
    public void Octets_that_are_not_utf_8_are_refused() =>
        Assert.False(MtaStsPolicyReader.TryRead([.. Encoding.ASCII.GetBytes(Good), (byte)'x', (byte)':', 0xff], out _, out _));

    [Fact]
    public void A_policy_of_more_than_64_kb_is_refused()
    {
        var filling = "x: " + new string('y', 100) + "\n";
        var text = Good + string.Concat(Enumerable.Repeat(filling, MtaStsPolicyReader.LargestPolicy / filling.Length + 1));
        Assert.False(MtaStsPolicyReader.TryRead(Encoding.ASCII.GetBytes(text), out _, out var fault));
        Assert.Contains("64 KB", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Mode_none_needs_no_mx() => Assert.Equal(MtaStsMode.None, Read("version: STSv1\nmode: none\nmax_age: 86400").Mode);

    [Fact]
    public void A_policy_lasts_at_most_a_year() =>
        Assert.Equal(TimeSpan.FromSeconds(31_557_600), Read("version: STSv1\nmode: none\nmax_age: 9999999999").MaxAge);

    [Theory]
    [InlineData("mail.example.com", true)]
    [InlineData("MAIL.example.com.", true)]
    [InlineData("mx1.example.net", true)]
    [InlineData("example.net", false)]
    [InlineData("a.mx1.example.net", false)]
    [InlineData(".example.net", false)]
    [InlineData("mail.example.com.evil.test", false)]
    [InlineData("xmail.example.com", false)]
    public void A_star_stands_for_one_label(string host, bool isListed) => Assert.Equal(isListed, Read(Good).Lists(host));

    private static MtaStsPolicy Read(string text)
    {
        Assert.True(MtaStsPolicyReader.TryRead(Encoding.UTF8.GetBytes(text), out var policy, out var fault), fault);
        return policy!;
    }
}
