using InboundBridge.MailFlow.SenderAuthentication.Domains;
using InboundBridge.MailFlow.SenderAuthentication.ResultsField;

namespace InboundBridge.MailFlow.SenderAuthentication.Arc;

/// <summary>What a sealer's ARC-Authentication-Results says about the mail as it came to it.</summary>
internal static class ForwarderStatement
{
    /// <summary>
    /// <c>dmarc=pass</c> for the author's domain; or, where the sealer found no DMARC record or did not look for one, a pass of DKIM or SPF
    /// for that domain or one above it. A statement about another author does not count: a forwarder that rewrites From signs it itself.
    /// </summary>
    /// <param name="author">The domain of From, canonical; null when From has none or several: then nothing counts.</param>
    public static bool SaysPass(StatedResults? statement, string? author)
    {
        if (statement is null || author is null)
            return false;
        var isAlignedPass = false;
        foreach (var result in statement.Results)
        {
            switch (result.Method)
            {
                case "dmarc" when result.Result == "pass":
                    return result.Property("header.from") is not { } from || Domain(from) == author;
                case "dmarc" when result.Result != "none":
                    return false;
                case "dkim" or "spf" when result.Result == "pass":
                    isAlignedPass |= IsFor(author, Signer(result));
                    break;
            }
        }
        return isAlignedPass;
    }

    private static string? Signer(StatedResult result) => result.Method == "spf"
        ? result.Property("smtp.mailfrom") ?? result.Property("smtp.mfrom")
        : result.Property("header.d") ?? result.Property("header.i");

    private static bool IsFor(string author, string? signer) =>
        signer is not null && Domain(signer) is { } domain && domain.Contains('.', StringComparison.Ordinal)
            && DomainName.IsAtOrBelow(author, domain);

    private static string? Domain(string address) => DomainName.Canonical(address[(address.LastIndexOf('@') + 1)..]);
}
