using InboundBridge.MailFlow.SenderAuthentication.ResultsField;
using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Bodies;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication.Arc;

/// <summary>
/// The ARC chain of one mail (RFC 8617 §5.2): every seal, and the last message signature. A passing chain says who handled the mail, not
/// that anybody told the truth: a sealer may take the sets of another mail and add its own on top. So a trusted sealer counts only where
/// nobody else can have changed the mail since: every later sealer is trusted too, or its own message signature still verifies.
/// </summary>
internal sealed class ArcCheck
{
    private readonly KeyJudgement _judgement;
    private readonly IReadOnlyList<ArcSet> _sets;
    private readonly string? _problem;

    private ArcCheck(KeyJudgement judgement, IReadOnlyList<ArcSet> sets, string? problem)
    {
        _judgement = judgement;
        _sets = sets;
        _problem = problem;
    }

    /// <summary>Plans the look-ups of keys and asks for body hashes; when the header is complete.</summary>
    public static ArcCheck Begin(
        SignatureOptions options, TrustedSealers trusted, KeyJudgement judgement, HeaderFields header, KeyLookUps keys, BodyHashes bodies,
        DateTimeOffset now)
    {
        var sets = new ArcSetsReader(header, options, now).Read(out var problem);
        if (problem is not null)
            return new ArcCheck(judgement, sets, problem);
        for (var index = 0; index < sets.Count; index++)
        {
            var set = sets[index];
            set.SealKey = keys.PlanSealer(set.Seal.Selector!, set.Seal.Domain);
            set.IsSealerTrusted = trusted.Contains(set.Seal.Domain);
            // The sealer's own signature, not somebody else's.
            var mayBeFirst = set.IsSealerTrusted && set.Message.Problem is null && set.Message.Domain == set.Seal.Domain;
            if (index < sets.Count - 1 && !mayBeFirst)
                continue;
            set.MessageKey = keys.PlanSealer(set.Message.Selector!, set.Message.Domain);
            set.Body = bodies.Ask(set.Message.Body, set.Message.Limit);
        }
        return new ArcCheck(judgement, sets, null);
    }

    /// <summary>When the body hashes are complete.</summary>
    /// <param name="author">The domain of From, canonical; null when From has none or several.</param>
    public async ValueTask<ArcVerdict> CompleteAsync(
        HeaderFields header, HeaderDigest digests, string? author, CancellationToken cancellationToken)
    {
        var sealers = _sets.Select(set => set.Seal.Domain).ToArray();
        if (_problem is not null)
            return new ArcVerdict(CheckResult.Fail) { Sealers = sealers, Reason = _problem };
        if (_sets.Count == 0)
            return ArcVerdict.NotAsked;
        var problem = await OfMessageAsync(header, digests, _sets[^1], cancellationToken) is { } wrong
            ? wrong with { Reason = $"the last message signature: {wrong.Reason}" } : null;
        if (problem?.Result != CheckResult.Fail)
            problem = await OfSealsAsync(header, digests, problem, cancellationToken);
        if (problem is { Result: not CheckResult.TempError })
            return new ArcVerdict(CheckResult.Fail) { Sealers = sealers, Reason = problem.Reason };
        var fields = new SignedFields(header);
        var (first, witness) = await FirstTrustedAsync(header, digests, fields, cancellationToken);
        return new ArcVerdict(problem is null ? CheckResult.Pass : CheckResult.TempError)
        {
            Sealers = sealers,
            Trusted = problem is null && first is not null,
            PassedBefore = first is not null && ForwarderStatement.SaysPass(Statement(header, first), author),
            UnsignedFields = problem is null ? fields.FindUnsigned(Names(header, witness)) : [],
            Reason = problem?.Reason,
        };
    }

    /// <summary>A temporary problem remains only if no seal is wrong for certain.</summary>
    private async ValueTask<SignatureProblem?> OfSealsAsync(
        HeaderFields header, HeaderDigest digests, SignatureProblem? soFar, CancellationToken cancellationToken)
    {
        digests.BeginSeals();
        foreach (var set in _sets)
        {
            var answer = await set.SealKey!.AnswerAsync(cancellationToken);
            var records = _judgement.Find(answer, set.Seal, out var problem);
            // The digest of each seal continues that of the seals before it.
            var isValid = IsSealValid(header, digests, set, records);
            problem ??= isValid ? null : new SignatureProblem(CheckResult.Fail, "the signature does not match");
            if (problem is null)
                continue;
            soFar = problem with { Reason = $"seal {set.Seal.Instance}: {problem.Reason}" };
            if (problem.Result != CheckResult.TempError)
                return soFar;
        }
        return soFar;
    }

    private static bool IsSealValid(HeaderFields header, HeaderDigest digests, ArcSet set, IReadOnlyList<KeyRecord> records)
    {
        Span<byte> digest = stackalloc byte[32];
        digests.OfSeal(header, set.Results, set.Message.Field, set.Seal, digest);
        return SignatureProof.SignerOf(records, digest, set.Seal.Signature) is not null;
    }

    private async ValueTask<SignatureProblem?> OfMessageAsync(
        HeaderFields header, HeaderDigest digests, ArcSet set, CancellationToken cancellationToken)
    {
        var records = _judgement.Find(await set.MessageKey!.AnswerAsync(cancellationToken), set.Message, out var problem);
        return problem ?? SignatureProof.Check(header, digests, set.Message, set.Body!, records, out _);
    }

    /// <summary>
    /// The lowest instance of a trusted sealer after which nobody untrusted can have changed the mail; null when there is none. With it
    /// the set whose message signature says so: its own, or the last one.
    /// </summary>
    private async ValueTask<(ArcSet? First, ArcSet Witness)> FirstTrustedAsync(
        HeaderFields header, HeaderDigest digests, SignedFields fields, CancellationToken cancellationToken)
    {
        var (first, witness) = ((ArcSet?)null, _sets[^1]);
        var unbroken = IsCovered(header, fields, _sets[^1]);
        for (var index = _sets.Count - 1; index >= 0; index--)
        {
            var set = _sets[index];
            unbroken &= set.IsSealerTrusted;
            if (unbroken)
                first = set;
            else if (set.IsSealerTrusted && set.MessageKey is not null && IsCovered(header, fields, set)
                && await OfMessageAsync(header, digests, set, cancellationToken) is null)
                first = witness = set;
        }
        return (first, witness);
    }

    /// <summary>
    /// Nobody can have added text or a field that readers take for the sealed mail's. Reply-To and To need not be signed: large sealers
    /// leave them out, and the verdict names them.
    /// </summary>
    private static bool IsCovered(HeaderFields header, SignedFields fields, ArcSet set)
    {
        var names = Names(header, set);
        return set.Body!.Unsigned == 0 && fields.HaveAuthor && fields.CoverSubject(names) && fields.FindUncovered(names) is null;
    }

    /// <summary>Tag <c>h=</c> of the set's message signature.</summary>
    private static ReadOnlySpan<byte> Names(HeaderFields header, ArcSet set) => header.Field(set.Message.Field)[set.Message.Names];

    private static StatedResults? Statement(HeaderFields header, ArcSet set)
    {
        _ = ArcInstance.ReadPrefix(header.Field(set.Results)[header.ValueStart(set.Results)..], out var statement);
        return ResultsFieldReader.Read(statement);
    }
}
