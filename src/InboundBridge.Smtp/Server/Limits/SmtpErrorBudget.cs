using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Limits;

/// <summary>How many bad commands a connection may send.</summary>
internal sealed class SmtpErrorBudget(int allowed)
{
    private int _spent;

    /// <summary>
    /// True when this reply is one bad command too many. Refusals of policy (550, 552, 554) are no protocol errors:
    /// a mailing list with many dead addresses is not cut off.
    /// </summary>
    public bool Spend(SmtpReply reply) => reply.Code is (>= 500 and <= 504) or 530 or 535 or 538 or 555 && ++_spent > allowed;
}
