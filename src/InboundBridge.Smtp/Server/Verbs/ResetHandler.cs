using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>RSET: gives up the open transaction (RFC 5321 §4.1.1.5).</summary>
internal static class ResetHandler
{
    public static async ValueTask<SmtpAnswer> HandleAsync(SmtpSessionContext context)
    {
        await context.ResetTransactionAsync();
        return SmtpReplies.Ok;
    }
}
