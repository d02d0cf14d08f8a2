using InboundBridge.MailFlow.SenderRewriting;

namespace InboundBridge.UnitTests.MailFlow.SenderRewriting;

/// <summary>
/// Addresses, secret and time of libsrs2's and postsrsd's own tests: what they write we write, and what they accept or refuse so do we.
/// </summary>
public class SenderRewriterTests
{
    private static readonly string[] Secrets = ["tops3cr3t"];
    private static readonly DateTimeOffset Then = new(2020, 1, 1, 0, 1, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("test", "otherdomain.com", "SRS0=vmyz=2W=otherdomain.com=test")]
    [InlineData("opaque+string", "example.com", null)]
    [InlineData("test", "EXAMPLE.com", null)]
    [InlineData("test", "own.example", null)]
    [InlineData("test", "below.sub.example", null)]
    [InlineData("SRS1=X=thirddomain.com==opaque+string", "otherdomain.com", "SRS1=JIBX=thirddomain.com==opaque+string")]
    [InlineData("srs1-X=thirddomain.com==opaque+string", "otherdomain.com", "SRS1=JIBX=thirddomain.com==opaque+string")]
    [InlineData("SRS0=opaque+string", "thirddomain.com", "SRS1=JIBX=thirddomain.com==opaque+string")]
    public void Senders_are_rewritten(string local, string domain, string? expected)
    {
        var options = new SrsOptions { Domain = "example.com", Secrets = Secrets, OwnDomains = ["own.example", "*.sub.example", "*"] };
        var rewritten = new SenderRewriter(options, new FakeTimeProvider(Then)).Rewrite(new SrsMailbox(local, domain));
        Assert.Equal(expected, rewritten?.Local);
        Assert.True(rewritten is null || rewritten.Domain == "example.com");
    }

    [Theory]
    [InlineData("SRS0=XjO9=2V=otherdomain.com=test", "test@otherdomain.com")]
    [InlineData("SRS1=JIBX=thirddomain.com==opaque+string", "SRS0=opaque+string@thirddomain.com")]
    [InlineData("srs0=xjo9=2v=otherdomain.com=test", "test@otherdomain.com")]
    [InlineData("SRS0=XJO9=2V=OTHERDOMAIN.COM=TEST", "TEST@OTHERDOMAIN.COM")]
    [InlineData("SRS0+XjO9=2V=otherdomain.com=test", "test@otherdomain.com")]
    [InlineData("test", "not rewritten")]
    [InlineData("SRS0", "not rewritten")]
    [InlineData("SRS0x", "not rewritten")]
    [InlineData("SRS0=te87=T7=otherdomain.com=test", "expired")]
    [InlineData("SRS0=VcIb=7N=otherdomain.com=test", "expired")]
    [InlineData("SRS0=FAKE=2V=otherdomain.com=test", "forged")]
    [InlineData("SRS0=XjO=2V=otherdomain.com=test", "forged")]
    [InlineData("SRS0=XjO9=2W=otherdomain.com=test", "forged")]
    [InlineData("SRS0=XjO9=2V=otherdomain.com=tesT2", "forged")]
    [InlineData("SRS0=", "forged")]
    [InlineData("SRS0=XjO9", "forged")]
    [InlineData("SRS0=XjO9=2V", "forged")]
    [InlineData("SRS0=XjO9=2V=otherdomain.com", "forged")]
    [InlineData("SRS0=XjO9=2V=otherdomain.com=", "forged")]
    [InlineData("SRS0=\u00e9\u00e9\u00e9\u00e9=2V=otherdomain.com=test", "forged")]
    [InlineData("SRS1=JIBY=thirddomain.com==opaque+string", "forged")]
    [InlineData("SRS1=JIBX", "forged")]
    public void Addresses_that_come_back_are_read(string local, string expected) => Assert.Equal(expected, Text(local, Secrets, Then));

    [Theory]
    [InlineData(0, "test@otherdomain.com")]
    [InlineData(21, "test@otherdomain.com")]
    [InlineData(22, "expired")]
    [InlineData(1023, "expired")]
    // A thousand days later the days count from the beginning again.
    [InlineData(1024, "test@otherdomain.com")]
    [InlineData(-1, "expired")]
    public void An_address_is_valid_for_21_days(int days, string expected) =>
        Assert.Equal(expected, Text("SRS0=XjO9=2V=otherdomain.com=test", Secrets, Then.AddDays(days - 1)));

    [Fact]
    public void Addresses_made_by_an_earlier_secret_stay_valid()
    {
        const string Local = "SRS0=XjO9=2V=otherdomain.com=test";
        Assert.Equal("test@otherdomain.com", Text(Local, ["new", "tops3cr3t"], Then));
        Assert.Equal("forged", Text(Local, ["new"], Then));
        var options = new SrsOptions { Domain = "example.com", Secrets = ["new", "tops3cr3t"] };
        var rewriter = new SenderRewriter(options, new FakeTimeProvider(Then));
        Assert.Equal("test@otherdomain.com", Text(rewriter.Rewrite(new SrsMailbox("test", "otherdomain.com"))!.Local, ["new"], Then));
    }

    /// <summary>postsrsd can be told to write longer proofs, which must be right to the last character.</summary>
    [Fact]
    public void A_longer_proof_is_compared_whole()
    {
        const string Long = "vmyzWZrhwJ5X";
        Assert.NotEqual("test@otherdomain.com", Text($"SRS0={Long}=2W=otherdomain.com=test", Secrets, Then));
        Assert.Equal("forged", Text($"SRS0={new string('v', 28)}=2W=otherdomain.com=test", Secrets, Then));
    }

    [Fact]
    public void A_sender_whose_address_would_become_too_long_keeps_it()
    {
        var rewriter = new SenderRewriter(new SrsOptions { Domain = "example.com", Secrets = Secrets }, new FakeTimeProvider(Then));
        Assert.Equal(254, (rewriter.Rewrite(Mailbox(207))!.Local + "@example.com").Length);
        Assert.Null(rewriter.Rewrite(Mailbox(208)));

        static SrsMailbox Mailbox(int domainLength) => new(new string('u', 21), $"{new string('d', domainLength - 4)}.com");
    }

    [Fact]
    public void Whatever_the_sender_is_the_way_back_leads_to_it()
    {
        var random = new Random(1);
        const string Characters = "ab=-+SRS01.\"\\ \u00e9";
        var rewriter = new SenderRewriter(new SrsOptions { Domain = "example.com", Secrets = Secrets }, new FakeTimeProvider(Then));
        for (var round = 0; round < 2000; round++)
        {
            var local = string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => Characters[random.Next(Characters.Length)]));
            var rewritten = rewriter.Rewrite(new SrsMailbox(local, "sender.test"))!.Local;
            if (SrsReader.IsRewritten(local))
                Assert.StartsWith("SRS", Text(rewritten, Secrets, Then), StringComparison.Ordinal);
            else
                Assert.Equal($"{local}@sender.test", Text(rewritten, Secrets, Then));
        }
    }

    private static string Text(string local, string[] secrets, DateTimeOffset now) => SrsReader.Read(local, secrets, now) switch
    {
        SrsReading.Ours ours => $"{ours.Original.Local}@{ours.Original.Domain}",
        SrsReading.Expired => "expired",
        SrsReading.Forged => "forged",
        _ => "not rewritten",
    };
}
