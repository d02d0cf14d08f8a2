using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Signatures.Headers;

public class HeaderFieldsTests
{
    [Fact]
    public void Fields_of_a_name_are_picked_from_the_bottom_up()
    {
        using var header = new HeaderFields(SlowCanon.Octets("a: 1\r\nB: 2\r\nA : 3\r\n folded\r\nno field\r\na: 4"));
        header.BeginPicks();
        Assert.Equal([4, 2, 0, -1, -1], Enumerable.Range(0, 5).Select(_ => header.Pick("A"u8)));
        Assert.Equal(1, header.Pick("b"u8));
        Assert.Equal(-1, header.Pick("no field"u8));
        header.BeginPicks();
        Assert.Equal(4, header.Pick("a"u8));
        Assert.Equal("A : 3\r\n folded\r\n", SlowCanon.Text(header.Field(2).ToArray()));
    }

    /// <summary>The picks of a list that crosses out what it picked.</summary>
    [Fact]
    public void Any_picks_are_those_of_a_simple_list()
    {
        var random = new Random(3);
        for (var round = 0; round < 300; round++)
        {
            var names = Enumerable.Range(0, random.Next(200)).Select(_ => Name(random)).ToList();
            using var header = new HeaderFields(SlowCanon.Octets(string.Concat(names.Select(name => $"{name}: x\r\n"))));
            Assert.Equal(names.Count, header.Count);
            var left = names.Select((name, index) => (Name: name, Index: index)).ToList();
            header.BeginPicks();
            for (var pick = 0; pick < 100; pick++)
            {
                var wanted = Name(random);
                var at = left.FindLastIndex(field => field.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase));
                Assert.Equal(at < 0 ? -1 : left[at].Index, header.Pick(SlowCanon.Octets(wanted)));
                if (at >= 0)
                    left.RemoveAt(at);
            }
        }
    }

    /// <summary>
    /// Thousands of fields whose names are alike up to their ends, or are not ASCII, so that they equal none, not even themselves.
    /// </summary>
    [Theory]
    [InlineData("")]
    [InlineData("\u0080")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Many_names_are_compared_about_once(string prefix)
    {
        var names = Enumerable.Range(0, 60_000).Select(number => prefix == "\u0080" ? $"{prefix}:\n" : $"{prefix}{number}:\n");
        using var header = new HeaderFields(SlowCanon.Octets(string.Concat(names)));
        Assert.Equal(60_000, header.Count);
        Assert.InRange(header.Compared, 0, 4 * header.Count);
    }

    private static string Name(Random random) => $"{(random.Next(2) == 0 ? "N" : "n")}{random.Next(30)}";
}
