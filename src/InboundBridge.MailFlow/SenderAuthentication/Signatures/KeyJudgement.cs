using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures;

/// <summary>Whether a published key may be used for a signature (RFC 6376 §6.1.2, RFC 8301 §3.2).</summary>
internal sealed class KeyJudgement(SignatureOptions options, KeyCache cache)
{
    /// <summary>
    /// Records of one name that are tried. There should be one; with more, the verifier may cycle through them (RFC 6376 §6.1.2).
    /// </summary>
    private const int MostRecords = 3;

    /// <summary>The records to verify the signature with. Empty with a problem.</summary>
    public IReadOnlyList<KeyRecord> Find(DnsAnswer answer, SignatureTags tags, out SignatureProblem? problem)
    {
        problem = null;
        if (answer.Status != DnsStatus.Success)
        {
            problem = answer.IsTemporary
                ? new SignatureProblem(CheckResult.TempError, "the key could not be looked up")
                : SignatureProblem.Permanent("there is no key");
            return [];
        }
        KeyRecord? first = null;
        List<KeyRecord>? more = null;
        var read = 0;
        foreach (var record in answer.Records)
        {
            if (record is not DnsRecord.Txt { Text: var text })
                continue;
            if (read++ == MostRecords)
                break;
            var key = cache.Read(text);
            if (Refusal(key, tags) is { } refusal)
                problem ??= refusal;
            else if (first is null)
                first = key;
            else
                (more ??= [first]).Add(key);
        }
        if (first is null)
        {
            problem ??= SignatureProblem.Permanent("there is no key");
            return [];
        }
        problem = null;
        return more ?? (IReadOnlyList<KeyRecord>)[first];
    }

    private SignatureProblem? Refusal(KeyRecord record, SignatureTags tags)
    {
        if (record.Key is not { } key)
            return SignatureProblem.Permanent(record.Problem!);
        if (record.IsEd25519 != (tags.Algorithm == SignatureAlgorithm.Ed25519Sha256))
            return SignatureProblem.Permanent("the key is for another algorithm");
        if (record.IsStrict && tags.IsIdentityBelow)
            return SignatureProblem.Permanent("tag i= must be d=, says the key");
        return !record.IsEd25519 && key.Bits < options.MinimumRsaBits
            ? new SignatureProblem(CheckResult.Policy, $"the key has less than {options.MinimumRsaBits} bits") { Bits = key.Bits } : null;
    }
}
