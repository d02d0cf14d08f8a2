using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication.Arc;

/// <summary>The place of a new set in a chain.</summary>
/// <param name="Word">For tag <c>cv=</c>: what the chain was when the mail came.</param>
/// <param name="Covered">
/// The earlier sets that the seal covers: all of them, or none after a chain that failed (RFC 8617 §5.1.2).
/// </param>
internal sealed record ArcLink(int Instance, string Word, IReadOnlyList<ArcSet> Covered)
{
    /// <summary>
    /// Null where no set may be added: the chain has ended (a sealer said so, or there are 50 sets), or its state is not known. A seal that
    /// says <c>pass</c> or <c>fail</c> without a check would be a lie, while a chain that nobody touched can still be checked by others.
    /// </summary>
    /// <param name="chain">The result of the chain that the mail brought.</param>
    /// <param name="receivedAt">When the chain was checked.</param>
    public static ArcLink? Next(HeaderFields header, CheckResult chain, DateTimeOffset receivedAt)
    {
        var options = SignatureOptions.Default;
        var sets = new ArcSetsReader(header, options, receivedAt).Read(out var problem);
        if (sets.Count == 0 && problem is null)
            return new ArcLink(1, "none", []);
        if (chain == CheckResult.Pass && problem is null)
            return sets.Count < options.ArcSets ? new ArcLink(sets.Count + 1, "pass", sets) : null;
        // The mail may have come with a chain that passed, and a rule has removed a part of it since.
        if (chain is not (CheckResult.Fail or CheckResult.PermError or CheckResult.Pass))
            return null;
        var (highest, hasEnded) = Highest(header, receivedAt);
        return highest > 0 && highest < options.ArcSets && !hasEnded ? new ArcLink(highest + 1, "fail", []) : null;
    }

    /// <summary>
    /// Of a chain that may be incomplete: its highest instance, and whether the sealer of that instance says that the chain has failed.
    /// </summary>
    private static (int Instance, bool HasEnded) Highest(HeaderFields header, DateTimeOffset now)
    {
        var (highest, ended) = (0, 0);
        for (var index = 0; index < header.Count; index++)
        {
            if (header.IsNamed(index, "ARC-Seal"u8))
            {
                var seal = SignatureTagsReader.Read(SignatureKind.ArcSeal, header, index, now);
                highest = Math.Max(highest, seal.Instance);
                ended = seal.ChainValidation == "fail" ? Math.Max(ended, seal.Instance) : ended;
            }
            else if (header.IsNamed(index, "ARC-Message-Signature"u8))
            {
                highest = Math.Max(highest, SignatureTagsReader.Read(SignatureKind.ArcMessage, header, index, now).Instance);
            }
            else if (header.IsNamed(index, "ARC-Authentication-Results"u8))
            {
                highest = Math.Max(highest, ArcInstance.ReadPrefix(header.Field(index)[header.ValueStart(index)..], out _));
            }
        }
        return (highest, ended == highest);
    }
}
