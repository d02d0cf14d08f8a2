using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Wire;

namespace InboundBridge.Smtp.Server;

/// <summary>What becomes of the conversation when there is no line to parse.</summary>
internal static class SmtpLineFaults
{
    public static SmtpAnswer Answer(WireLineStatus status) => status switch
    {
        WireLineStatus.TooLong => SmtpReplies.LineTooLong,
        WireLineStatus.BareNewline => SmtpReplies.BareNewline,
        WireLineStatus.Flood => SmtpReplies.LineTooLong with { Code = 421, Enhanced = new EnhancedStatusCode(4, 7, 0), Closes = true },
        WireLineStatus.TimedOut => SmtpReplies.IdleTooLong,
        WireLineStatus.ShuttingDown => SmtpReplies.ShuttingDown,
        _ => SmtpAnswer.Leave(SmtpConnectionOutcome.Lost),
    };

    /// <summary>How the connection ends after its last reply.</summary>
    public static SmtpConnectionOutcome Outcome(SmtpVerb verb, SmtpReply last) => last.Reason switch
    {
        "timeout" or "slow" => SmtpConnectionOutcome.TimedOut,
        "shutdown" => SmtpConnectionOutcome.ShutDown,
        _ => verb == SmtpVerb.Quit && last.IsPositive ? SmtpConnectionOutcome.Closed : SmtpConnectionOutcome.CutOff,
    };
}
