using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Delivery;

/// <summary>
/// The header field <c>TLS-Required: No</c> (RFC 8689 §3): the sender wants the mail delivered even where the recipient's policy (DANE,
/// MTA-STS) asks for a protection that can't be had.
/// </summary>
internal static class TlsRequiredField
{
    private const string Name = "TLS-Required";

    public static async ValueTask<bool> IsNoAsync(MailContent content, CancellationToken cancellationToken)
    {
        var mail = await ParsedMail.OpenAsync(content, limits: null, cancellationToken);
        foreach (var field in mail.Headers)
        {
            if (field.Name.Equals(Name, StringComparison.OrdinalIgnoreCase)
                && field.Value.Trim().Equals("No", StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }
}
