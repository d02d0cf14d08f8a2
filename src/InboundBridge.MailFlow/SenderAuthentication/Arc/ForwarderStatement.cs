using InboundBridge.MailFlow.SenderAuthentication.Domains;
using InboundBridge.MailFlow.SenderAuthentication.ResultsField;

namespace InboundBridge.MailFlow.SenderAuthentication.Arc;

/// <summary>What a sealer's ARC-Authentication-Results says about the mail as it came to it.</summary>
internal static class ForwarderStatement
{
    /// <summary>
    /// <c>dmarc=pass</c> for the author's domain; or, where the sealer found no DMARC record or did not look for one, a pass of DKIM or SPF
    /// for that domain: without a record only equal domains are aligned. A statement that does not name the author does not count (a
    /// forwarder that rewrites From signs it itself), nor does a field that was not wholly read, since the rest may deny it.
    /// </summary>
    /// <param name="author">The domain of From, canonical; null when From has none or several: then nothing counts.</param>
    public static bool SaysPass(StatedResults? statement, string? author)
    {
        if (statement is not { IsWhole: true } || author is null)
            return false;
        var (isDmarcPass, isAlignedPass) = (false, false);
        foreach (var result in statement.Results)
        {
            switch (result.Method)
            {
                case "dmarc" when result.Result == "pass":
                    if (!Names(author, result, "header.from"))
                        return false;
                    isDmarcPass = true;
                    break;
                case "dmarc" when result.Result != "none":
                    return false;
                case "dkim" when result.Result == "pass":
                    isAlignedPass |= Names(author, result, "header.d", "header.i");
                    break;
                case "spf" when result.Result == "pass":
                    isAlignedPass |= Names(author, result, "smtp.mailfrom", "smtp.mfrom");
                    break;
            }
        }
        return isDmarcPass || isAlignedPass;
    }

    /// <summary>The first of these properties that is there names the domain, and is there once.</summary>
    private static bool Names(string author, StatedResult result, params ReadOnlySpan<string> properties)
    {
        foreach (var property in properties)
        {
            var values = result.Properties.Where(stated => stated.Key == property).Select(stated => stated.Value).ToList();
            if (values.Count > 0)
                return values is [var only] && Domain(only) == author;
        }
        return false;
    }

    /// <summary>Null where it is unclear, since there are several at signs.</summary>
    private static string? Domain(string address)
    {
        var at = address.IndexOf('@', StringComparison.Ordinal);
        return address.IndexOf('@', at + 1) >= 0 ? null : DomainName.Canonical(address[(at + 1)..]);
    }
}
