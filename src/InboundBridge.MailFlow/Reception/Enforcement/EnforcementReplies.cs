using System.Globalization;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Text;

namespace InboundBridge.MailFlow.Reception.Enforcement;

/// <summary>The replies to mail whose sender does not prove to be who it says it is; codes of RFC 7372.</summary>
internal static class EnforcementReplies
{
    /// <summary>Characters of a reply's text, so that it stays on one line (RFC 5321 §4.5.3.1.5: 512 octets with its codes).</summary>
    private const int LongestText = 480;

    public static SmtpReply NoClientName { get; } = SmtpReply.Create(
        550, 7, 25, "Your address has no host name that leads back to it", "iprev");

    public static SmtpReply ClientNameNotNow { get; } = SmtpReply.Create(
        451, 7, 25, "Your host name can't be looked up now, try again later", "iprev_temporary");

    public static SmtpReply SpfNotNow { get; } = SmtpReply.Create(
        451, 7, 24, "SPF of your domain can't be checked now, try again later", "spf_temporary");

    public static SmtpReply NoSignature { get; } = SmtpReply.Create(550, 7, 20, "No DKIM signature that passes", "dkim");

    public static SmtpReply DkimNotNow { get; } = SmtpReply.Create(
        451, 7, 5, "The key of the DKIM signature can't be looked up now, try again later", "dkim_temporary");

    public static SmtpReply DmarcNotNow { get; } = SmtpReply.Create(
        451, 7, 5, "DMARC can't be checked now, try again later", "dmarc_temporary");

    /// <summary>
    /// The key of the check whose <c>enforce</c> gave a reply with this reason, as <c>authentication.spf</c>; null for other replies.
    /// </summary>
    public static string? CheckOf(string? reason) => reason switch
    {
        "iprev" or "iprev_temporary" => "authentication.iprev",
        "spf" or "spf_temporary" => "authentication.spf",
        "dkim" or "dkim_temporary" => "authentication.dkim",
        "dmarc" or "dmarc_author" or "dmarc_temporary" => "authentication.dmarc",
        _ => null,
    };

    public static SmtpReply NoAuthor(string problem) => SmtpReply.Create(
        550, 7, 1, Cut($"The author of the mail can't be told: {problem} (DMARC)"), "dmarc_author");

    public static SmtpReply DmarcReject(string domain) => SmtpReply.Create(
        550, 7, 1, Cut($"{domain} asks to reject mail that does not prove to be its own (DMARC)"), "dmarc");

    /// <summary>
    /// The domain's explanation is marked as its own words (RFC 7208 §8.4): it comes from strangers, who must not speak in our name.
    /// </summary>
    public static SmtpReply SpfFail(SpfVerdict verdict, string client)
    {
        var text = $"{client} may not send mail of {verdict.Domain} (SPF)";
        return SmtpReply.Create(
            550, 7, 23, Cut(verdict.Explanation is { Length: > 0 } words ? $"{text}; {verdict.Domain} explains: {words}" : text), "spf");
    }

    public static SmtpReply Greylisted(TimeSpan wait)
    {
        var seconds = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return SmtpReply.Create(451, 7, 1, $"Greylisted, please try again in {seconds} seconds", "greylisted");
    }

    private static string Cut(string text) => CutText.At(text, LongestText);
}
