using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Bodies;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication.Dkim;

/// <summary>
/// The DKIM signatures of one mail (RFC 6376 §6.1), from the top of its header down. Malformed ones cost next to nothing; of the others a
/// limited number is looked up and verified, so that a header of thousands costs no more than a few.
/// </summary>
internal sealed class DkimCheck
{
    private readonly List<Signature> _signatures = [];
    private readonly KeyJudgement _judgement;
    private int _left;

    private DkimCheck(KeyJudgement judgement) => _judgement = judgement;

    /// <summary>Plans the look-ups of keys and asks for body hashes; when the header is complete.</summary>
    public static DkimCheck Begin(
        SignatureOptions options, KeyJudgement judgement, HeaderFields header, KeyLookUps keys, BodyHashes bodies, DateTimeOffset now)
    {
        var check = new DkimCheck(judgement);
        var verified = 0;
        for (var index = 0; index < header.Count; index++)
        {
            if (!header.IsNamed(index, "DKIM-Signature"u8))
                continue;
            if (check._signatures.Count == options.Verdicts)
            {
                check._left++;
                continue;
            }
            var tags = SignatureTagsReader.Read(SignatureKind.Dkim, header, index, now);
            if (tags.Problem is null && verified == options.Signatures)
                tags.Problem =
                    new SignatureProblem(CheckResult.Policy, $"the mail has more than {options.Signatures} signatures; not checked");
            if (tags.Problem is not null)
            {
                check._signatures.Add(new Signature(tags, null, null));
                continue;
            }
            verified++;
            check._signatures.Add(new Signature(tags, keys.Plan(tags.Selector!, tags.Domain), bodies.Ask(tags.Body, tags.Limit)));
        }
        return check;
    }

    /// <summary>When the body hashes are complete.</summary>
    public async ValueTask<IReadOnlyList<DkimVerdict>> CompleteAsync(
        HeaderFields header, HeaderDigest digests, CancellationToken cancellationToken)
    {
        var verdicts = new List<DkimVerdict>(_signatures.Count);
        var fields = new SignedFields(header);
        foreach (var (tags, key, body) in _signatures)
        {
            if (key is null)
            {
                verdicts.Add(Refused(tags, tags.Problem!));
                continue;
            }
            var records = _judgement.Find(await key.AnswerAsync(cancellationToken), tags, out var problem);
            verdicts.Add(problem is null ? Verify(header, digests, fields, tags, body!, records) : Refused(tags, problem));
        }
        if (_left > 0)
            verdicts[^1] = new DkimVerdict(CheckResult.Policy) { Reason = $"the mail has {_left + 1} more signatures; not looked at" };
        return verdicts;
    }

    private static DkimVerdict Verify(
        HeaderFields header, HeaderDigest digests, SignedFields fields, SignatureTags tags, BodyHash body, IReadOnlyList<KeyRecord> records)
    {
        var problem = SignatureProof.Check(header, digests, tags, body, records, out var signer);
        var names = header.Field(tags.Field)[tags.Names];
        if (problem is null && fields.LeaveAuthorOpen(names))
            problem = new SignatureProblem(CheckResult.Policy, "the signature does not cover every From field");
        return problem is null
            ? Passed(tags, signer, body.Unsigned, fields.FindUncovered(names), fields.HaveAuthor)
                with
            { UnsignedFields = fields.FindUnsigned(names) }
            : Refused(tags, problem) with { Bits = signer.Key!.Bits, IsTest = signer.IsTest };
    }

    /// <param name="unsigned">Octets of the body that are not covered.</param>
    /// <param name="uncovered">The name of a repeated field that is not covered; null without one.</param>
    private static DkimVerdict Passed(SignatureTags tags, KeyRecord record, long unsigned, string? uncovered, bool hasAuthor) =>
        Verdict(tags, CheckResult.Pass) with
        {
            Bits = record.Key!.Bits,
            IsTest = record.IsTest,
            UnsignedOctets = unsigned,
            IsPartial = unsigned > 0 || uncovered is not null || !hasAuthor,
            Reason = uncovered is not null ? $"the signature does not cover every {uncovered} field"
                : unsigned > 0 ? $"l= leaves {unsigned} octets of the body unsigned" : null,
        };

    private static DkimVerdict Refused(SignatureTags tags, SignatureProblem problem) =>
        Verdict(tags, problem.Result) with { Reason = problem.Reason, Bits = problem.Bits };

    private static DkimVerdict Verdict(SignatureTags tags, CheckResult result) => new(result)
    {
        Domain = tags.Domain,
        Identity = tags.Identity,
        Selector = tags.Selector,
        Algorithm = tags.AlgorithmName,
        SignaturePrefix = tags.Prefix,
    };

    private readonly record struct Signature(SignatureTags Tags, KeyLookUp? Key, BodyHash? Body);
}
