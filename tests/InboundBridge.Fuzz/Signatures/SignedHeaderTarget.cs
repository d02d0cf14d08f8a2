using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.SenderAuthentication.SignatureChecks;
using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.Fuzz.Signatures;

/// <summary>
/// A whole mail at once and in pieces, with a key for every name: the verdicts are the same, their number and the look-ups are bounded, and
/// nothing passes, since nobody has the private key.
/// </summary>
internal sealed class SignedHeaderTarget : IFuzzTarget
{
    private static readonly SignatureOptions Options = new() { HeaderSize = 2000, Verdicts = 5, Signatures = 2, TrustedSealers = ["a.b"] };

    private static readonly SignatureVerifier Verifier = new(Options, TimeProvider.System);

    public string Name => "signatures/header";

    public IReadOnlyList<string> Words =>
    [
        "DKIM-Signature: ", "ARC-Seal: ", "ARC-Message-Signature: ", "ARC-Authentication-Results: i=1; ", "\r\n", "\r\n\r\n", "\n", "\r\n ",
        "v=1; a=rsa-sha256; ", "d=a.b; s=c; ", "h=from:to; ", "bh=AAAA; b=AAAA; ", "i=1; ", "cv=none; ", "l=3; ", "c=relaxed/simple; ",
        "From: x\r\n", "c=simple/relaxed; ",
    ];

    public void Run(ReadOnlySpan<byte> input)
    {
        var whole = Check(input, input.Length + 1);
        FuzzFailureException.Unless(whole == Check(input, input.IsEmpty ? 1 : 1 + (input[^1] % 9)), "the verdicts depend on the pieces");
    }

    private static string Check(ReadOnlySpan<byte> mail, int piece)
    {
        var zone = new Zone();
        using var check = Verifier.Begin(zone, CancellationToken.None);
        for (; !mail.IsEmpty; mail = mail[Math.Min(piece, mail.Length)..])
            check.Take(mail[..Math.Min(piece, mail.Length)]);
        // The zone answers synchronously, so everything does.
        var (dkim, arc) = check.CompleteAsync("a.b", CancellationToken.None).AsTask().GetAwaiter().GetResult();
        FuzzFailureException.Unless(dkim.Count <= Options.Verdicts, "more verdicts than allowed");
        FuzzFailureException.Unless(zone.Asked <= Options.Signatures + (3 * Options.ArcSets), "more look-ups than allowed");
        FuzzFailureException.Unless(dkim.All(verdict => verdict.Result != CheckResult.Pass), "a signature passes without its key");
        FuzzFailureException.Unless(arc is { Result: not CheckResult.Pass, Trusted: false }, "a chain passes without its keys");
        return $"{string.Join('\n', dkim)}\n{arc.Result} {arc.Reason} {string.Join(' ', arc.Sealers)}";
    }

    private sealed class Zone : IDnsResolver
    {
        private const string Key = "k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

        public int Asked { get; private set; }

        public ValueTask<DnsAnswer> LookUpAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
        {
            Asked++;
            return ValueTask.FromResult(new DnsAnswer(DnsStatus.Success, [new DnsRecord.Txt(name, 60, Key)], name, Authenticated: false));
        }
    }
}
