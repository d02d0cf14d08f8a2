using System.Globalization;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Smtp.Protocol;

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

