using InboundBridge.Mime.Addresses;

namespace InboundBridge.UnitTests.Mime.Addresses;

public class AddressListTests
{
    [Theory]
    [InlineData("al@example.com", "|al@example.com")]
    [InlineData("Al <al@EXAMPLE.com>", "Al|al@example.com")]
    [InlineData("\"Smith, Al\" <Al@example.com>, bo@example.org", "Smith, Al|Al@example.com; |bo@example.org")]
    [InlineData("al@example.com (Al Smith)", "Al Smith|al@example.com")]
    [InlineData("Friends: al@example.com, Bo <bo@example.org>;, c@example.net", "|al@example.com; Bo|bo@example.org; |c@example.net")]
    [InlineData("undisclosed-recipients:;", "")]
    [InlineData("al@example.com; bo@example.org", "|al@example.com; |bo@example.org")]
    [InlineData("<@relay.example,@b.example:al@example.com>", "|al@example.com")]
    [InlineData("Al <al@example.com", "Al|al@example.com")]
    [InlineData("Al al@example.com", "Al|al@example.com")]
    [InlineData("al @ example.com", "|al@example.com")]
    [InlineData("\"al b\"@example.com", "|\"al b\"@example.com")]
    [InlineData("al@[IPv6:2001:db8::1]", "|al@[ipv6:2001:db8::1]")]
    [InlineData("=?utf-8?Q?Andr=C3=A9?= <a@example.com>", "André|a@example.com")]
    [InlineData("\"=?utf-8?Q?Andr=C3=A9?=\" <a@example.com>", "André|a@example.com")]
    [InlineData("\"Al \\\"the\\\" S\" <a@example.com>", "Al \"the\" S|a@example.com")]
    [InlineData("Al (the one) Smith <a@example.com>", "Al  Smith|a@example.com")]
    [InlineData("<a@example.com> <b@example.com>", "|a@example.com; |b@example.com")]
    [InlineData("mailto:al@example.com", "|al@example.com")]
    [InlineData("'al@example.com'", "|al@example.com")]
    [InlineData("\"al@example.com\"", "|al@example.com")]
    [InlineData("ü@bücher.example", "|ü@bücher.example")]
    [InlineData("Al", "Al|")]
    [InlineData("<>", "|")]
    [InlineData(" , ,", "")]
    [InlineData("Al <al@example.com> (home), Bo <bo@example.org>", "Al|al@example.com; Bo|bo@example.org")]
    [InlineData("[<al@example.com>]", "|al@example.com")]
    [InlineData("[<al@[192.0.2.1]>]", "|al@[192.0.2.1]")]
    [InlineData("\"never closed <al@example.com>", "never closed|al@example.com")]
    public void Lists_are_read_as_they_were_meant(string text, string expected) =>
        Assert.Equal(
            expected, string.Join("; ", AddressListParser.Parse(text, 100).Select(mailbox => $"{mailbox.Name}|{mailbox.Address}")));

    public static TheoryData<string, string> Lists
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var line in File.ReadLines(Path.Combine(RepositoryFiles.Root, "tests/testdata/messages/addresses/lists.txt"))
                .Where(line => line.Length > 0 && line[0] != '#'))
                data.Add(line.Split('\t')[0], line.Split('\t')[1]);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public void Every_mailbox_that_can_be_answered_has_an_address(string text, string expected) =>
        Assert.Equal(
            expected, string.Join(" + ", AddressListParser.Parse(text, 100).Select(mailbox => $"{mailbox.Name}|{mailbox.Address}")));

    /// <summary>
    /// Pieces of what lists are made of, put together at random: an entry without an address never comes before one with an address.
    /// </summary>
    [Fact]
    public void No_empty_address_comes_before_a_real_one()
    {
        string[] pieces =
            ["Al", "al@example.com", "<al@example.com>", "<", ">", ",", ";", ":", "\"", "(", ")", "[", "]",
                "=?utf-8?q?Al_=3Cal=40example.com=3E?=", "\\", " ", "<3", "@", "'"];
        var random = new Random(20_260_107);
        for (var run = 0; run < 20_000; run++)
        {
            var list =
                AddressListParser.Parse(
                    string.Join(
                        random.Next(2) == 0
                        ? "" : " ", Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)])), 100);
            Assert.DoesNotContain(list.SkipWhile(mailbox => mailbox.Address.Length > 0), mailbox => mailbox.Address.Length > 0);
        }
    }

    [Theory]
    [InlineData("<3 ")]
    [InlineData("\"a")]
    [InlineData("(a")]
    [InlineData("a, ")]
    [InlineData("<a@b ")]
    [InlineData("=?utf-8?q?a?=, ")]
    public void The_cost_of_hostile_lists_is_linear(string piece) =>
        Assert.InRange(Allocated(piece, 20_000), 0, (Allocated(piece, 10_000) * 3) + 100_000);

    private static long Allocated(string piece, int count)
    {
        var text = string.Concat(Enumerable.Repeat(piece, count));
        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = AddressListParser.Parse(text, 2000);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [Fact]
    public void Addresses_beyond_the_cap_are_not_read() =>
        Assert.Equal(
            3, AddressListParser.Parse(string.Join(',', Enumerable.Range(0, 10).Select(number => $"u{number}@example.com")), 3).Count);
}
