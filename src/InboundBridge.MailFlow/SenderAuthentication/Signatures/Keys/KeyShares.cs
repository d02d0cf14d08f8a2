using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;

/// <summary>Where the keys of one mail are looked up: the parts of its budget.</summary>
/// <param name="Authors">The domains in From, canonical.</param>
/// <param name="Signers">For keys of domains that may belong to an author's organization.</param>
/// <param name="Strangers">For keys of all other signatures.</param>
/// <param name="Sealers">For keys of ARC sets.</param>
internal sealed record KeyShares(IReadOnlyList<string> Authors, IDnsResolver Signers, IDnsResolver Strangers, IDnsResolver Sealers)
{
    /// <summary>Undivided.</summary>
    public static KeyShares Of(IDnsResolver dns) => new([], dns, dns, dns);
}
