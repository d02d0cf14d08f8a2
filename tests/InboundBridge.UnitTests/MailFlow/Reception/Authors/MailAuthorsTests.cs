using System.Text;
using InboundBridge.MailFlow.Reception.Authors;
using InboundBridge.MailFlow.SenderAuthentication.Domains;
using InboundBridge.Mime;

namespace InboundBridge.UnitTests.MailFlow.Reception.Authors;

/// <summary>Forged mails, each with an author that some mail program shows: that one is judged, or the author is unknown.</summary>
public class MailAuthorsTests
{
    private const string Differently = "From has an address that programs read differently";
    private const string Odd = "From is written in a way that not all programs read";
    private const string Several = "there is more than one From field";

    /// <summary>The value of From, and the domains that are judged or the problem.</summary>
    public static TheoryData<string, string> Values => new()
    {
        { "al@example.com", "example.com" },
        { "Al <al@example.com>", "example.com" },
        { "\"Al, of (us) <x>\" <al@Example.COM>", "example.com" },
        { "al@example.com (Al)", "example.com" },
        { "al@example.com (al@example.com)", "example.com" },
        { "(c) Al (c) <al@example.com> (c (nested))", "example.com" },
        { "\r\n\t\r\n al@example.com", "example.com" },
        { "<al@example.com.>", "example.com" },
        { "al@mail\u3002example\uff0ecom", "mail.example.com" },
        { "al@b\u00fccher.example", "xn--bcher-kva.example" },
        { "j\u00fcrgen@example.com", "example.com" },
        { "\u00c4l <al@example.com>", "example.com" },
        { "=?utf-8?q?ceo=40victim.test?= <al@example.com>", "example.com" },
        { "\"ceo@victim.test\" <al@example.com>", "example.com" },
        { "\"Al \\\"the\\\" Al\" <al@example.com>", "example.com" },
        { "Dr. Al [Desk] O'Neil <al@example.com>", "example.com" },
        { "Smith, Al <al@example.com>", "example.com" },
        { "al@example.com <al@example.com>", "example.com" },
        { "ceo@victim.test <a@attacker.test>", "victim.test attacker.test" },
        { "Support: Al <al@example.com>", "example.com" },
        { "friends: al@example.com, <bo@example.org>;", "example.com example.org" },
        { "a@attacker.test, ceo@victim.test", "attacker.test victim.test" },
        { "a@attacker.test; ceo@victim.test", "attacker.test victim.test" },
        { "\"al smith\"@example.com", "example.com" },
        { "al..smith.@example.com", "example.com" },
        { "ceo%victim.test@attacker.test", "attacker.test" },
        { "al@under_score.example.com", "under_score.example.com" },
        { "al@localhost", "localhost" },
        { "undisclosed:;", "" },
        { "", "From names nobody" },
        { "(nobody)", "From names nobody" },
        { "<>", Differently },
        { "Mail of nobody", "From has a name without an address" },
        { "attacker.test", "From has a name without an address" },
        { "\"CEO <ceo@victim.test>\" <attacker.test>", Differently },
        { "=?utf-8?q?ceo=40victim.test?=", Differently },
        { "=?utf-8?q?ceo=40victim.test?=, a@attacker.test", Differently },
        { "=?utf-8?q?=3Cceo=40victim.test=3E=2C?= a@attacker.test", Differently },
        { "=?utf-8?q?ceo=40victim.test?=@attacker.test", Differently },
        { "ceo@=?utf-8?q?victim.test?=", Differently },
        { "ceo@victim.test..", Differently },
        { "ceo@.victim.test", Differently },
        { "\"x@attacker.test\"@victim.test", Differently },
        { "\"ceo@victim.test\"@attacker.test", Differently },
        { "<ceo@victim.test> <a@attacker.test>", Differently },
        { "<a@attacker.test> ceo@victim.test", Differently },
        { "<a@attacker.test> CEO", Differently },
        { "ceo@victim.test a@attacker.test", Differently },
        { "ceo@victim.test (<a@attacker.test>)", Differently },
        { "ceo@(x)victim.test", Differently },
        { "ceo@victim .test", Differently },
        { "ceo @victim.test", Differently },
        { "<@attacker.test:ceo@victim.test>", Differently },
        { "\"CEO \\\" <ceo@victim.test>\" <a@attacker.test>", Differently },
        { "\"x <ceo@victim.test> , a@attacker.test", Differently },
        { "<ceo@victim.test, a@attacker.test", Differently },
        { "(ceo@victim.test) <a@attacker.test>((((", Differently },
        { "ceo@victim.test@attacker.test", Differently },
        { "<ceo@victim.test@attacker.test>", Differently },
        { "ceo@victim\u200b.test", Differently },
        { "ceo@vic\u00adtim.test", Differently },
        { "ceo@victim\ufe0f.test", Differently },
        { "ceo@vic\u034ftim.test", Differently },
        { "ceo@vic\u1160tim.test", Differently },
        { "ceo@vic\u2800tim.test", Differently },
        { "ceo@vic\u2065tim.test", Differently },
        { "ceo@victim\U000e0100.test", Differently },
        { "ceo@victim\U0001d159.test", Differently },
        { "ceo@victim.test\u2044x.test", Differently },
        { "ceo@xn--victim-n648a.test", Differently },
        { "ceo@xn--victimx-6d7c.test", Differently },
        { "ceo\u2800@attacker.test", Differently },
        { "ceo\U000e0061@attacker.test", Differently },
        { "al@xn--58dcd.example", "xn--58dcd.example" },
        { "al\U0001F600@example.com", "example.com" },
        { "ceo\u202e@attacker.test", Differently },
        { "CEO <<ceo@victim.test> <a@attacker.test>", Differently },
        { "a@attacker.test (x, ceo@victim.test, y)", Differently },
        { "a@attacker.test>", Differently },
        { "a\\@victim.test@attacker.test", Differently },
        { "al@exam ple.com", Differently },
        { "al@example.com%20", Differently },
        { "a@[192.0.2.1]", "From names somebody without a domain" },
        { "a@example.com, a@[192.0.2.1]", "From names somebody without a domain" },
        { "ceo@victim.test\0@attacker.test", "From has a control character" },
        { "ceo@victim.test\u007f", "From has a control character" },
        { "ceo@victim.test\rX: y", Odd },
        { "a@attacker.test\r (ceo@victim.test)", Odd },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_names(string value, string expected) => Assert.Equal(expected, Text($"From: {value}\r\nSubject: x\r\n\r\nhi\r\n"));

    /// <summary>Other headers around <c>From: a@attacker.test</c>.</summary>
    public static TheoryData<string, string> Headers => new()
    {
        { "FROM: a@attacker.test\r\n\r\n", "attacker.test" },
        { "From \t: a@attacker.test\r\n\r\n", "attacker.test" },
        { "Subject: x\n\tFrom: y\nFrom: a@attacker.test\n\nFrom: ceo@victim.test\n", "attacker.test" },
        { "DKIM-Signature: h=To:\r\n\tFrom:Subject; b=x\r\nFrom: a@attacker.test\r\n\r\n", "attacker.test" },
        { "From-Line: ceo@victim.test\r\nX-From: ceo@victim.test\r\nFrom: a@attacker.test\r\n\r\n", "attacker.test" },
        { "Resent-From: ceo@victim.test\r\nSender: ceo@victim.test\r\nFrom: a@attacker.test\r\n\r\n", "attacker.test" },
        { "From ceo@victim.test Sat Nov 28 20:00:00 2026\r\nFrom: a@attacker.test\r\n\r\n", "attacker.test" },
        { "From: a@attacker.test", "attacker.test" },
        { "Subject: x\r\n\r\nFrom: a@attacker.test\r\n", "" },
        { "", "" },
        { "From: a@attacker.test\r\nFrom: ceo@victim.test\r\n\r\n", Several },
        { "From: a@attacker.test\r\nFrom: a@attacker.test\r\n\r\n", Several },
        { "From: a@attacker.test\r\nFrom : ceo@victim.test\r\n\r\n", Several },
        { "From: a@attacker.test\r\nfrom: ceo@victim.test\r\n\r\n", Several },
        { "From: a@attacker.test\r\nFr\0om: ceo@victim.test\r\n\r\n", Several },
        { "From: a@attacker.test\r\n\u00a0From: ceo@victim.test\r\n\r\n", Several },
        { "From: a@attacker.test\r\nX: y\rFrom: ceo@victim.test\r\n\r\n", Several },
        { "From: a@attacker.test\r\nX: y\r\n\nFrom: ceo@victim.test\r\n\r\n", Several },
        { "From: a@attacker.test\r\nno field\r\n\r\r\nFrom: ceo@victim.test\r\n\r\n", Several },
        { "From: a@attacker.test\r\nno field\r\nnor this\r\nFrom: ceo@victim.test\r\n\r\n", Several },
        { "From: a@attacker.test\r\nFrom\r\n : ceo@victim.test\r\n\r\n", Several },
        { "From: a@attacker.test\r\nFrom\r\r : ceo@victim.test\r\n\r\n", Several },
        { "\ufeffFrom: ceo@victim.test\r\n\r\n", Odd },
        { " From: ceo@victim.test\r\n\r\n", Odd },
        { "Fr\0om: ceo@victim.test\r\n\r\n", Odd },
        { "F rom: ceo@victim.test\r\n\r\n", Odd },
        { "From\0: ceo@victim.test\r\n\r\n", Odd },
        { "From\r\n\t: ceo@victim.test\r\n\r\n", Odd },
        { "X: y\rFrom: ceo@victim.test\r\n\r\n", Odd },
        { "X: y\r\n\r\r\nFrom: ceo@victim.test\r\n\r\n", "victim.test" },
        { "X: y\r\n\nFrom: ceo@victim.test\r\n\r\n", "mail programs may show another author" },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public void A_header_names(string mail, string expected) => Assert.Equal(expected, Text(mail));

    /// <summary>
    /// Headers of a megabyte. Each line is compared with From, up to its end and no further: over all that follows, that would take hours.
    /// </summary>
    [Theory]
    [InlineData("X: ", "\r", "attacker.test")]
    [InlineData("X: ", "\r\0", "attacker.test")]
    [InlineData("X: ", "\r ", "attacker.test")]
    [InlineData("\0", "\r ", "attacker.test")]
    [InlineData("F", "\r\r ", Several)]
    [InlineData("\0", "\n\r\0", "attacker.test")]
    [InlineData("", "\0", "attacker.test")]
    public void A_header_of_line_ends_is_read_once(string before, string repeated, string expected)
    {
        var header = $"{before}{string.Concat(Enumerable.Repeat(repeated, 1_000_000 / repeated.Length))}y\r\n";
        Assert.Equal(expected, Found($"{header}From: a@attacker.test\r\n\r\n"));

        static string Found(string mail)
        {
            var found = FromFields.Find(Encoding.UTF8.GetBytes(mail), isWhole: true)!.Value;
            return found.Problem ?? AuthorAddresses.Read(found.Value).Domains.Single();
        }
    }

    /// <summary>Names in Windows-1252, GBK and Shift-JIS, written raw.</summary>
    [Fact]
    public void Names_in_old_charsets_name_their_address()
    {
        foreach (var name in new byte[][] { [0x93, 0x41, 0x6C, 0x94], [0xC4, 0xE3, 0xBA, 0xC3], [0x83, 0x65, 0x83, 0x58] })
        {
            byte[] mail = [.. "From: "u8, .. name, .. " <al@example.com>\r\n\r\nhi\r\n"u8];
            Assert.Equal(["example.com"], MailAuthors.Of(MimeMessage.Open(MimeSource.FromMemory(mail))).Domains);
            byte[] inside = [.. "From: <al@"u8, .. name, .. "example.com>\r\n\r\nhi\r\n"u8];
            Assert.Equal(Differently, MailAuthors.Of(MimeMessage.Open(MimeSource.FromMemory(inside))).Problem);
        }
    }

    [Fact]
    public void A_header_of_more_fields_than_are_read_has_no_known_author()
    {
        var fields = string.Concat(Enumerable.Repeat("X: y\r\n", 5000));
        Assert.Equal("the header is too long to be read whole", Text($"{fields}From: ceo@victim.test\r\n\r\n"));
        Assert.Equal("the header is too long to be read whole", Text($"From: a@attacker.test\r\n{fields}Subject: x\r\n\r\n"));
        Assert.Equal("attacker.test", Text($"From: a@attacker.test\r\n{fields[..^12]}\r\n"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_header_of_more_octets_than_are_read_has_no_known_author(bool inMemory)
    {
        var limits = new MimeLimits { HeaderBytes = 100_000 };
        var pad = string.Concat(Enumerable.Repeat($"X: {new string('y', 995)}\r\n", 101));
        Assert.Equal("the header is too long to be read whole", Text($"From: a@attacker.test\r\n{pad}\r\n", limits, inMemory));
        Assert.Equal("attacker.test", Text($"{pad[..89_500]}\r\nFrom: a@attacker.test\r\n\r\n{pad}", limits, inMemory));
        Assert.Equal(Several, Text($"From: b@attacker.test\r\n{pad[..89_500]}\r\nFrom: a@attacker.test\r\n\r\n{pad}", limits, inMemory));
    }

    [Fact]
    public void The_address_after_the_last_that_is_shown_is_judged()
    {
        var many = string.Join(",\r\n ", Enumerable.Repeat("a@attacker.test", 2000));
        Assert.Equal("attacker.test victim.test", Text($"From: {many},\r\n ceo@victim.test\r\n\r\n"));
    }

    [Fact]
    public void More_domains_than_are_judged_are_told_but_not_all_kept()
    {
        var many = string.Join(",\r\n ", Enumerable.Range(0, 1000).Select(number => $"a@d{number}.test"));
        Assert.Equal(AuthorAddresses.MostDomains, MailAuthors.Of(Open($"From: {many}\r\n\r\n")).Domains.Count);
    }

    /// <summary>
    /// What the reader of rules and payloads shows of random From fields is the judged author, or none is judged.
    /// </summary>
    [Fact]
    public void Whatever_stands_in_From_no_other_author_is_shown()
    {
        var random = new Random(15);
        for (var round = 0; round < 30_000; round++)
        {
            var mail = RandomFrom.Header(random) + "\r\nhi\r\n";
            var parsed = Open(mail);
            var authors = MailAuthors.Of(parsed);
            if (authors.Problem is not null)
                continue;
            foreach (var mailbox in parsed.From)
                AssertJudged(authors, mailbox.Address, mail);
        }
    }

    /// <summary>The same with a reader that shares nothing with the product.</summary>
    [Fact]
    public void Another_lenient_reader_finds_no_other_author()
    {
        var random = new Random(51);
        var read = 0;
        for (var round = 0; round < 30_000; round++)
        {
            var mail = RandomFrom.Header(random) + "\r\nhi\r\n";
            var authors = MailAuthors.Of(Open(mail));
            if (authors.Problem is not null)
                continue;
            foreach (var address in OtherReader.Authors(mail))
            {
                AssertJudged(authors, address, mail);
                read++;
            }
        }
        Assert.InRange(read, 1000, int.MaxValue);
    }

    private static void AssertJudged(MailAuthors authors, string address, string mail)
    {
        if (address.Contains('@', StringComparison.Ordinal))
            Assert.True(authors.Domains.Contains(DomainName.Canonical(address[(address.LastIndexOf('@') + 1)..])!), $"{address} of {mail}");
    }

    private static string Text(string mail, MimeLimits? limits = null, bool inMemory = true)
    {
        var authors = MailAuthors.Of(Open(mail, limits, inMemory));
        Assert.True(authors.Problem is null || authors.Domains.Count == 0);
        return authors.Problem ?? string.Join(' ', authors.Domains);
    }

    private static MimeMessage Open(string mail, MimeLimits? limits = null, bool inMemory = true)
    {
        var octets = Encoding.UTF8.GetBytes(mail);
        return MimeMessage.Open(inMemory ? MimeSource.FromMemory(octets) : new PieceSource(octets), limits);
    }

    private sealed class PieceSource(byte[] octets) : MimeSource
    {
        public override long Length => octets.Length;

        public override int Read(long offset, Span<byte> destination)
        {
            var count = (int)Math.Min(Math.Min(destination.Length, 7000), octets.Length - offset);
            octets.AsSpan((int)offset, count).CopyTo(destination);
            return count;
        }
    }
}
