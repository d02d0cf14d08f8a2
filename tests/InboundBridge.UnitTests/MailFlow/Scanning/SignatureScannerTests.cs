using InboundBridge.MailFlow.Reception.Checks;
using InboundBridge.MailFlow.Scanning;
using InboundBridge.MailFlow.SecureMail;
using InboundBridge.MailFlow.SecureMail.OpenPgp;
using InboundBridge.MailFlow.SecureMail.Smime;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Rules.Facts;
using InboundBridge.UnitTests.MailFlow.SecureMail;

namespace InboundBridge.UnitTests.MailFlow.Scanning;

/// <summary>Signatures as one more scanner: what is asked, what facts say, and what has no answer.</summary>
public sealed class SignatureScannerTests
{
    private static readonly SecureMailKeys Keys = new() { Smime = SmimeKeys.Read(null, []), OpenPgp = OpenPgpKeys.Empty };

    private static readonly byte[] Signed = SecureMails.Mail(SecureMails.Beside(
        SecureMails.Entity, SecureMails.Signature(SecureMails.Entity, SecureMails.Al, isDetached: true)));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ordinary_mail_has_none_at_once()
    {
        var asked = Scanner(Keys).ScanAsync(Mail(SecureMails.Mail(SecureMails.Entity)), Stop);
        Assert.True(asked.IsCompletedSuccessfully);
        Assert.Empty(await asked);
    }

    [Fact]
    public async Task The_prelude_is_no_part_of_what_is_signed()
    {
        byte[] stored = [.. "Received: from a\r\n"u8, .. Signed];
        var verdict = Assert.Single(await Scanner(Keys).ScanAsync(Mail(stored, prelude: 18), Stop));
        Assert.Equal((SignatureResult.Unknown, "the certificate is not trusted"), (verdict.Result, verdict.Reason));
    }

    [Fact]
    public async Task Too_large_a_mail_is_unknown()
    {
        var keys = Keys with { Limits = SecureMailLimits.Default with { Octets = 100 } };
        var verdict = Assert.Single(await Scanner(keys).ScanAsync(Mail(Signed), Stop));
        Assert.Equal((SignatureResult.Unknown, "smime"), (verdict.Result, verdict.Kind));
        Assert.Equal("the mail has more than 100 octets", verdict.Reason);
    }

    [Fact]
    public async Task Without_a_place_in_time_there_is_no_answer()
    {
        var clock = new WatchedTimeProvider();
        var scanner = new SignatureScanner(Keys with { Limits = SecureMailLimits.Default with { Concurrency = 1 } }, clock);
        using var blocking = new BlockingContent(Signed);
        var first = Task.Run(() => scanner.ScanAsync(Mail(Signed) with { Content = blocking }, Stop), Stop);
        await blocking.IsRead.WaitAsync(Stop);
        var second = scanner.ScanAsync(Mail(Signed), Stop);
        clock.Advance(SecureMailLimits.Default.Timeout);
        Assert.Contains(
            "within 10 s", (await Assert.ThrowsAsync<ScannerUnavailableException>(() => second)).Message, StringComparison.Ordinal);
        blocking.Release();
        // It may come to its end or not: its time is over, too.
        await Task.WhenAny(first);
        Assert.Single(await scanner.ScanAsync(Mail(Signed), Stop));
    }

    [Fact]
    public void Facts_are_those_of_the_worst_signature()
    {
        var valid = new SignatureVerdict("smime", SignatureResult.Valid) { Signer = "al@customer.com" };
        var unknown = new SignatureVerdict("openpgp", SignatureResult.Unknown) { Signer = "bo@customer.com" };
        Assert.Equal(("none", false), Facts([]));
        Assert.Equal(("valid", true), Facts([valid, valid]));
        Assert.Equal(("unknown", false), Facts([valid, unknown, valid]));
        Assert.Equal(("invalid", false), Facts([valid, unknown, valid with { Result = SignatureResult.Invalid }]));
        Assert.False(ScannerFacts.Of(Fact.Signature, MailVerdicts.NotAsked).IsKnown);
        Assert.False(ScannerFacts.Of(Fact.Signer, MailVerdicts.NotAsked).IsKnown);

        static (string, bool) Facts(IReadOnlyList<SignatureVerdict> signatures)
        {
            var verdicts = VerdictsReader.Read(VerdictsJson.Write(MailVerdicts.NotAsked with { Signatures = signatures }));
            Assert.Equal(signatures, verdicts.Signatures);
            return (ScannerFacts.Of(Fact.Signature, verdicts).Text, ScannerFacts.Of(Fact.Signer, verdicts).Shape == FactShape.Texts);
        }
    }

    private static SignatureScanner Scanner(SecureMailKeys keys) => new(keys, TimeProvider.System);

    private static ScannedMail Mail(byte[] octets, int prelude = 0) =>
        FakeScanner.Mail() with { Content = MailContent.FromMemory(octets, prelude), ReceivedAt = SecureMails.Now };

    /// <summary>Content whose last reader waits, and so holds its place.</summary>
    private sealed class BlockingContent(byte[] octets) : MailContent
    {
        private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _released = new();

        public Task IsRead => _read.Task;

        public override long Length => octets.Length;

        public void Release() => _released.Set();

        /// <summary>The parser reads from memory; only the check copies the octets.</summary>
        public override bool TryGetMemory(out ReadOnlyMemory<byte> memory)
        {
            memory = octets;
            return true;
        }

        public override int Read(long offset, Span<byte> destination)
        {
            _read.TrySetResult();
            _released.Wait(TestContext.Current.CancellationToken);
            octets.AsSpan((int)offset, destination.Length).CopyTo(destination);
            return destination.Length;
        }

        protected override void Dispose(bool disposing)
        {
            _released.Dispose();
            base.Dispose(disposing);
        }
    }
}
