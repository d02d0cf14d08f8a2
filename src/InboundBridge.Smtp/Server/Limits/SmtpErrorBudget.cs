using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Limits;

/// <summary>Counts a connection's bad commands.</summary>
internal sealed class SmtpErrorBudget(int allowed)
{
    private int _spent;

    /// <summary>
    /// True when the reply is for one bad command more than allowed. Refusals by policy (550, 552, 554) don't count, so that a mailing list
    /// with many dead addresses is not cut off.
    /// </summary>
    public bool Spend(SmtpReply reply) => reply.Code is (>= 500 and <= 504) or 530 or 535 or 538 or 555 && ++_spent > allowed;
}
