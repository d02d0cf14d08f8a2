using System.Globalization;
using InboundBridge.Benchmarks.Figures;
using InboundBridge.MailFlow.SenderAuthentication.SignatureChecks;
using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.Benchmarks.Signatures;

/// <summary>
/// Checks in turns with the bare arithmetic of the same mail: one SHA-256 of the body, one of the header, one RSA verification. By the
/// processor time of this process, which a busy machine hardly changes.
/// </summary>
internal static class SignatureRates
{
    /// <summary>The pieces in which a mail comes from the wire.</summary>
    private const int Piece = 16 * 1024;

    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(200);

    public static void Print(TextWriter output, int rounds)
    {
        var small = new SignedSample(4096, isText: true);
        var large = new SignedSample(1 << 20, isText: true);
        var encoded = new SignedSample(1 << 20, isText: false);
        var verifier = new SignatureVerifier(SignatureOptions.Default, TimeProvider.System);
        (string Name, Action Run)[] kinds =
        [
            ("4 KB, one RSA-2048 signature", () => Check(verifier, small, small.Signed)),
            ("  its arithmetic alone", small.Arithmetic),
            ("4 KB, no signature", () => Check(verifier, small, small.Plain)),
            ("1 MB of text, one signature", () => Check(verifier, large, large.Signed)),
            ("  its arithmetic alone", large.Arithmetic),
            ("1 MB of text, no signature", () => Check(verifier, large, large.Plain)),
            ("1 MB of base64, one signature", () => Check(verifier, encoded, encoded.Signed)),
        ];
        var microseconds = kinds.Select(_ => new double[rounds]).ToArray();
        for (var round = -1; round < rounds; round++)
        {
            for (var kind = 0; kind < kinds.Length; kind++)
            {
                var measured = ProcessorTime.Of(kinds[kind].Run, Slice);
                if (round >= 0)
                    microseconds[kind][round] = measured;
            }
        }
        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"us of processor time, median of {rounds} rounds [range]; octets allocated"));
        for (var kind = 0; kind < kinds.Length; kind++)
            output.WriteLine($"{kinds[kind].Name,-34}{Spread.Of(microseconds[kind], "#,0.0"),28}{Allocated(kinds[kind].Run),12}");
    }

    private static void Check(SignatureVerifier verifier, SignedSample sample, byte[] mail)
    {
        using var check = verifier.Begin(sample, CancellationToken.None);
        for (var at = 0; at < mail.Length; at += Piece)
            check.Take(mail.AsSpan(at, Math.Min(Piece, mail.Length - at)));
        var completed = check.CompleteAsync(null, CancellationToken.None);
        if (!completed.IsCompletedSuccessfully || completed.Result.Dkim.Any(verdict => verdict.Result != CheckResult.Pass))
            throw new InvalidOperationException("the signature does not pass at once");
    }

    private static long Allocated(Action run)
    {
        const int Runs = 100;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var index = 0; index < Runs; index++)
            run();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / Runs;
    }
}
