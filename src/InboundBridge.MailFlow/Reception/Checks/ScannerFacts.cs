using InboundBridge.MailFlow.Scanning;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Reception.Checks;

/// <summary>
/// The facts that scanners supply. A scanner without an answer throws, so that the decision is put off, or leaves its facts absent where
/// the configuration lets mail pass.
/// </summary>
public static class ScannerFacts
{
    /// <summary>For <c>scanners.rspamd</c>.</summary>
    public static async ValueTask<IReadOnlyDictionary<Fact, FactValue>> SpamAsync(CheckedMail mail, CancellationToken cancellationToken)
    {
        var spam = await Scans(mail).SpamAsync(mail.Scanned!, cancellationToken);
        return new Dictionary<Fact, FactValue> { [Fact.SpamScore] = Score(spam), [Fact.SpamAction] = FactValue.Of(spam?.Action) };
    }

    /// <summary>For <c>scanners.clamav</c>.</summary>
    public static async ValueTask<IReadOnlyDictionary<Fact, FactValue>> VirusAsync(CheckedMail mail, CancellationToken cancellationToken)
    {
        var virus = await Scans(mail).VirusAsync(mail.Scanned!, cancellationToken);
        return new Dictionary<Fact, FactValue> { [Fact.Virus] = FactValue.Of(virus?.Name) };
    }

    /// <summary>For <c>authentication.signatures</c>.</summary>
    public static async ValueTask<IReadOnlyDictionary<Fact, FactValue>> SignaturesAsync(
        CheckedMail mail, CancellationToken cancellationToken)
    {
        var signatures = await Scans(mail).SignaturesAsync(mail.Scanned!, cancellationToken);
        return new Dictionary<Fact, FactValue>
        {
            [Fact.Signature] = signatures is null ? FactValue.Absent : FactValue.Of(SignatureText.Summary(signatures).Word()),
            [Fact.Signer] = Signers(signatures ?? []),
        };
    }

    /// <summary>Whether some of these facts come from a scanner.</summary>
    internal static bool Supply(FactSet facts) =>
        facts.Has(Fact.SpamScore) || facts.Has(Fact.SpamAction) || facts.Has(Fact.Virus) || facts.Has(Fact.Signature);

    /// <summary>A fact as stored with a mail; unknown where no scanner was asked then, or gave no answer.</summary>
    internal static FactValue Of(Fact fact, MailVerdicts verdicts)
    {
        if (fact == Fact.SpamScore)
            return verdicts.Spam is null ? FactValue.NotKnown : Score(verdicts.Spam);
        if (fact == Fact.SpamAction)
            return verdicts.Spam is null ? FactValue.NotKnown : FactValue.Of(verdicts.Spam.Action);
        if (fact == Fact.Signature)
            return verdicts.Signatures is { } checkedOnes ? FactValue.Of(SignatureText.Summary(checkedOnes).Word()) : FactValue.NotKnown;
        if (fact == Fact.Signer)
            return verdicts.Signatures is { } signatures ? Signers(signatures) : FactValue.NotKnown;
        return fact == Fact.Virus && (verdicts.VirusScanned || verdicts.Virus is not null)
            ? FactValue.Of(verdicts.Virus) : FactValue.NotKnown;
    }

    /// <summary>
    /// Those of valid signatures, where no other signature spoils them: a rule that trusts a signer need not ask for the result as well.
    /// </summary>
    private static FactValue Signers(IReadOnlyList<SignatureVerdict> signatures) =>
        SignatureText.Summary(signatures) == SignatureResult.Valid
            ? FactValue.Of(
                [.. signatures.Select(signature => signature.Signer).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)])
            : FactValue.Absent;

    private static FactValue Score(SpamVerdict? spam) => spam is null ? FactValue.Absent : FactValue.Of(spam.Score);

    private static ScanAnswers Scans(CheckedMail mail) => mail is { Scans: { } scans, Scanned: not null }
        ? scans : throw new InvalidOperationException("the whole mail is scanned, or nothing");
}
