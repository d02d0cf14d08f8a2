using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Bounces.Policy;

/// <summary>
/// Mail that programs sent. RFC 3834 is about replies of responders and leaves delivery reports to RFC 3461, which goes by the null
/// reverse-path and NOTIFY: lists and newsletters need reports to drop dead addresses. But nobody waits for the fate of a report or of an
/// automatic reply, and nobody reads that a newsletter is late.
/// </summary>
internal static class AutomaticMail
{
    /// <param name="asked">The sender gave a NOTIFY that asks for this.</param>
    public static bool ForbidsBounce(MimeMessage mail, BounceReason reason, bool asked)
    {
        if (Is(mail, "bounce") || Is(mail, "auto_reply"))
            return true;
        return reason == BounceReason.Delayed && !asked && IsOfProgram(mail);
    }

    private static bool IsOfProgram(MimeMessage mail) =>
        Is(mail, "list")
        || mail.Header("Auto-Submitted") is { } submitted && !submitted.Trim().Equals("no", StringComparison.OrdinalIgnoreCase)
        || mail.Header("Precedence") is { } precedence && precedence.Trim().ToLowerInvariant() is "bulk" or "junk" or "list";

    private static bool Is(MimeMessage mail, string kind) => mail.Kind.Contains(kind, StringComparer.Ordinal);
}
