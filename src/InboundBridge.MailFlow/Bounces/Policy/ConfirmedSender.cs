using System.Text.Json;
using InboundBridge.MailFlow.SenderAuthentication.Domains;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.Bounces.Policy;

/// <summary>
/// Decides whether the owner of the envelope sender's address had a hand in the mail. A bounce of any other mail would go to a person whose
/// address was forged (backscatter).
/// </summary>
internal static class ConfirmedSender
{
    /// <summary>
    /// Our users and trusted clients are confirmed, and senders for whose domain SPF passes, or a DKIM signature of that domain or of a
    /// domain above it. A signature that only covers a part of the body, or that its domain calls a test, does not count.
    /// </summary>
    public static SenderProof ProofOf(SpooledMessage message)
    {
        var envelope = message.Envelope;
        if (envelope.User is not null || envelope.Trusted)
            return SenderProof.Connection;
        if (DomainOf(envelope.Sender) is not { } domain || Read(message.AuthenticationJson) is not { } verdicts)
            return SenderProof.None;
        if (verdicts.Spf is { Result: CheckResult.Pass, Scope: "mfrom" } spf && DomainName.Canonical(spf.Domain) == domain)
            return SenderProof.Connection;
        var isSigned = verdicts.Dkim.Any(signature =>
            signature is { Result: CheckResult.Pass, IsTest: false, IsPartial: false, UnsignedOctets: 0 }
            && Covers(signature.Domain, domain));
        return isSigned ? SenderProof.Signature : SenderProof.None;
    }

    /// <summary>
    /// The address by which bounces to a sender are counted: without what follows a plus sign, because al+1@ and al+2@ are one mailbox.
    /// </summary>
    public static string MailboxOf(string address) =>
        address.IndexOf('+', StringComparison.Ordinal) is > 0 and var plus && address.LastIndexOf('@') is var at && plus < at
            ? string.Concat(address.AsSpan(0, plus), address.AsSpan(at)) : address;

    /// <summary>The canonical domain of an address; null where there is none.</summary>
    public static string? DomainOf(string address) =>
        address.LastIndexOf('@') is var at and >= 0 ? DomainName.Canonical(address[(at + 1)..]) : null;

    /// <summary>Whoever can sign for a domain speaks for those below it. A top-level domain speaks for nobody.</summary>
    private static bool Covers(string signer, string domain) =>
        DomainName.Canonical(signer) is { } canonical && canonical.Contains('.', StringComparison.Ordinal)
            && DomainName.IsAtOrBelow(domain, canonical);

    private static MailVerdicts? Read(string? json)
    {
        try
        {
            return VerdictsReader.Read(json);
        }
        catch (JsonException)
        {
            // Verdicts that can't be read confirm nobody.
            return null;
        }
    }
}
