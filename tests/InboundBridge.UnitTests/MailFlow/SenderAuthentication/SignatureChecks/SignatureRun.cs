using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.SenderAuthentication.SignatureChecks;
using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;

/// <summary>Checks one mail as it would stream in.</summary>
internal static class SignatureRun
{
    /// <param name="cuts">Where the octets are cut into pieces, ascending.</param>
    public static async Task<SignatureVerdicts> OfAsync(
        byte[] mail, IDnsResolver resolver, SignatureOptions? options = null, TimeProvider? clock = null, string? author = null,
        params int[] cuts)
    {
        var verifier = new SignatureVerifier(options ?? SignatureOptions.Default, clock ?? new FakeTimeProvider(FakeTime.Start));
        return await OfAsync(mail, verifier, resolver, author, cuts);
    }

    public static async Task<SignatureVerdicts> OfAsync(
        byte[] mail, SignatureVerifier verifier, IDnsResolver resolver, string? author = null, params int[] cuts)
    {
        using var check = verifier.Begin(resolver, TestContext.Current.CancellationToken);
        var from = 0;
        foreach (var cut in cuts.Append(mail.Length))
        {
            if (cut > from)
                check.Take(mail.AsSpan(from..cut));
            from = cut;
        }
        return await check.CompleteAsync(author, TestContext.Current.CancellationToken);
    }

    /// <summary>The result, and the reason if there is one.</summary>
    public static string Text(this DkimVerdict verdict) =>
        verdict.Reason is null ? verdict.Result.Word() : $"{verdict.Result.Word()}: {verdict.Reason}";
}
