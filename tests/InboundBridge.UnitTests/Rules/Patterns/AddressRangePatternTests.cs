using InboundBridge.Rules.Patterns;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Rules.Patterns;

public class AddressRangePatternTests
{
    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("192.0.2.0/24")]
    [InlineData("2001:DB8::1")]
    [InlineData("2001:db8::/32")]
    public void An_address_or_a_network_is_a_pattern(string text)
    {
        var problems = new SourceProblems();
        Assert.NotNull(AddressRangePattern.Compile(text, default, problems));
        Assert.False(problems.HasErrors);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1.2.3")]
    [InlineData("010.0.0.1")]
    [InlineData("010.0.0.0/8")]
    [InlineData("0/0")]
    [InlineData("0x7f.1")]
    [InlineData("fe80::1%1")]
    [InlineData("[::1]")]
    [InlineData("[::1]:25")]
    public void What_programs_read_as_different_addresses_is_an_error(string text)
    {
        var problems = new SourceProblems();
        Assert.Null(AddressRangePattern.Compile(text, default, problems));
        Assert.True(problems.HasErrors);
    }
}
