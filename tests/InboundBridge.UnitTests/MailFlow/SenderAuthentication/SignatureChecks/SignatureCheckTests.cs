using InboundBridge.MailFlow.SenderAuthentication.SignatureChecks;
using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.UnitTests.MailFlow.Dns;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;

public class SignatureCheckTests
{
    private const string Mail = "From: al@example.com\r\nSubject: hello\r\n  there \r\n\r\n\r\n One  line. \r\n\r\n.\r\n\t\r\n\r\n";

    private readonly ZoneResolver _zone = new ZoneResolver()
        .Txt("s1._domainkey.example.com", SlowSigner.RsaRecord).Txt("s2._domainkey.example.com", SlowSigner.RsaRecord)
        .Txt("arc._domainkey.forwarder.example", SlowSigner.RsaRecord);

    [Fact]
    public async Task Every_cut_in_two_gives_the_same_verdicts()
    {
        var mail = SlowCanon.Octets(new SlowSealer().Seal(new SlowSigner { Tags = "v=1; a=rsa-sha256; d=example.com; s=s1; " }
            .Sign(new SlowSigner().Sign(Mail))));
        var verifier = new SignatureVerifier(SignatureOptions.Default, new FakeTimeProvider(FakeTime.Start));
        for (var cut = 0; cut <= mail.Length; cut++)
        {
            var verdicts = await SignatureRun.OfAsync(mail, verifier, _zone, null, cut);
            Assert.Equal((CheckResult.Pass, CheckResult.Pass, CheckResult.Pass),
                (verdicts.Dkim[0].Result, verdicts.Dkim[1].Result, verdicts.Arc.Result));
        }
    }

    [Fact]
    public async Task Any_pieces_give_the_same_verdicts()
    {
        var random = new Random(5);
        var body = string.Concat(Enumerable.Range(0, 400).Select(line => $"line  {line} {new string(' ', line % 3)}\r\n"));
        var mail = SlowCanon.Octets(new SlowSigner().Sign(Mail + body));
        var verifier = new SignatureVerifier(SignatureOptions.Default, new FakeTimeProvider(FakeTime.Start));
        for (var round = 0; round < 50; round++)
        {
            var cuts = Enumerable.Range(0, random.Next(1, 200)).Select(_ => random.Next(mail.Length)).Order().ToArray();
            Assert.Equal("pass", (await SignatureRun.OfAsync(mail, verifier, _zone, null, cuts)).Dkim.Single().Text());
        }
    }

    [Fact]
    public async Task Look_ups_begin_with_the_header_all_at_once_and_each_name_once()
    {
        var clock = new FakeTimeProvider(FakeTime.Start);
        var zone = new ZoneResolver(clock) { Delay = TimeSpan.FromSeconds(1) }
            .Txt("s1._domainkey.example.com", SlowSigner.RsaRecord).Txt("arc._domainkey.forwarder.example", SlowSigner.RsaRecord);
        var mail = SlowCanon.Octets(new SlowSealer().Seal(new SlowSigner().Sign(new SlowSigner().Sign(Mail))));
        var body = mail.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        using var check = new SignatureVerifier(SignatureOptions.Default, clock).Begin(zone, TestContext.Current.CancellationToken);
        check.Take(mail.AsSpan(0, body - 1));
        Assert.Empty(zone.Asked);
        check.Take(mail.AsSpan(body - 1, 1));
        Assert.Equal(["s1._domainkey.example.com", "arc._domainkey.forwarder.example"], zone.Asked.Select(asked => asked.Name));
        Assert.Equal(2, zone.MostAtOnce);
        check.Take(mail.AsSpan(body));
        var completing = check.CompleteAsync(null, TestContext.Current.CancellationToken).AsTask();
        Assert.False(completing.IsCompleted);
        await clock.AdvanceUntilAsync(completing, TestContext.Current.CancellationToken);
        var verdicts = await completing;
        Assert.Equal((CheckResult.Pass, CheckResult.Pass, CheckResult.Pass),
            (verdicts.Dkim[0].Result, verdicts.Dkim[1].Result, verdicts.Arc.Result));
    }

    [Theory]
    [InlineData("From: al@example.com\r\n\r\nDKIM-Signature: v=1\r\n")]
    [InlineData("\r\nText.\r\n")]
    [InlineData("")]
    public async Task A_mail_without_signatures_asks_nothing(string mail)
    {
        Assert.Same(SignatureVerdicts.None, await SignatureRun.OfAsync(SlowCanon.Octets(mail), _zone));
        Assert.Empty(_zone.Asked);
    }

    [Fact]
    public async Task What_is_switched_off_is_not_looked_at()
    {
        var mail = SlowCanon.Octets(new SlowSealer().Seal(new SlowSigner().Sign(Mail)));
        var onlyArc = await SignatureRun.OfAsync(mail, _zone, new SignatureOptions { Dkim = false });
        Assert.Equal((0, CheckResult.Pass), (onlyArc.Dkim.Count, onlyArc.Arc.Result));
        var onlyDkim = await SignatureRun.OfAsync(mail, _zone, new SignatureOptions { Arc = false });
        Assert.Equal((1, CheckResult.None), (onlyDkim.Dkim.Count, onlyDkim.Arc.Result));
    }

    [Fact]
    public async Task Of_many_signatures_ten_are_verified_and_malformed_ones_do_not_count()
    {
        var mail = Mail;
        for (var signature = 0; signature < 12; signature++)
            mail = new SlowSigner { Tags = $"v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=s{signature % 2 + 1}; l={signature}; " }
                .Sign(mail);
        mail = "DKIM-Signature: v=1\r\n" + mail;
        var verdicts = await SignatureRun.OfAsync(SlowCanon.Octets(mail), _zone);
        Assert.Equal(
            [CheckResult.PermError, .. Enumerable.Repeat(CheckResult.Pass, 10), CheckResult.Policy, CheckResult.Policy],
            verdicts.Dkim.Select(verdict => verdict.Result));
        Assert.Equal(2, _zone.Asked.Count);
    }

    [Fact]
    public async Task A_header_of_ten_thousand_signatures_costs_no_more_than_fifty()
    {
        var one = new SlowSigner().Sign(Mail);
        var signature = one[..(one.Length - Mail.Length)].Replace("\r\n", "", StringComparison.Ordinal);
        var mail = string.Concat(Enumerable.Range(0, 10_000).Select(number =>
            $"{signature.Replace("s=s1", $"s=x{number}", StringComparison.Ordinal)}\r\n")) + one;
        var verdicts = await SignatureRun.OfAsync(SlowCanon.Octets(mail), _zone, new SignatureOptions { HeaderSize = 16 * 1024 * 1024 });
        Assert.Equal((50, 10), (verdicts.Dkim.Count, _zone.Asked.Count));
        Assert.Equal("policy: the mail has more than 10 signatures; not checked", verdicts.Dkim[20].Text());
        Assert.Equal("policy: the mail has 9952 more signatures; not looked at", verdicts.Dkim[49].Text());
    }

    /// <summary>Each name is picked in constant time, however often it is named and there.</summary>
    [Fact]
    public async Task A_signature_that_names_thousands_of_fields_is_verified()
    {
        var fields = string.Concat(Enumerable.Range(0, 20_000).Select(_ => "a:\r\n"));
        var names = "From:" + string.Join(':', Enumerable.Repeat("a", 40_000));
        const string Signer = "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s1; bh=AA; b=AA; h=";
        var mail = SlowCanon.Octets($"{Signer}{names}\r\n{fields}From: x\r\n\r\n");
        var verdict = (await SignatureRun.OfAsync(mail, _zone)).Dkim.Single();
        Assert.Equal("fail: the body hash does not match", verdict.Text());
    }

    [Fact]
    public async Task A_header_beyond_the_limit_is_given_up()
    {
        var mail = new SlowSealer().Seal(new SlowSigner().Sign(Mail));
        var verdicts = await SignatureRun.OfAsync(SlowCanon.Octets(mail), _zone, new SignatureOptions { HeaderSize = 100 });
        Assert.Equal("policy: the header is longer than 100 octets; not checked", verdicts.Dkim.Single().Text());
        Assert.Equal((CheckResult.None, "the header is longer than 100 octets; not checked"), (verdicts.Arc.Result, verdicts.Arc.Reason));
        Assert.Empty(_zone.Asked);
    }

    [Fact]
    public async Task Waiting_for_keys_can_be_cancelled()
    {
        var clock = new FakeTimeProvider(FakeTime.Start);
        var zone = new ZoneResolver(clock) { Delay = TimeSpan.FromSeconds(1) };
        using var check = new SignatureVerifier(SignatureOptions.Default, clock).Begin(zone, TestContext.Current.CancellationToken);
        check.Take(SlowCanon.Octets(new SlowSigner().Sign(Mail)));
        using var cancelled = new CancellationTokenSource();
        var completing = check.CompleteAsync(null, cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => completing);
    }
}
