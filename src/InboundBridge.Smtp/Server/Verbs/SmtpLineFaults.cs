using System.Text;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Wire;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>What becomes of the conversation when there is no line to parse.</summary>
internal static class SmtpLineFaults
{
    /// <summary>What is shown of a line: the longest path fits, and a log is for reading.</summary>
    private const int LongestShown = 300;

    /// <summary>
    /// The peer hears only that its line is wrong; our log shows the line, without which nobody can tell what a sender needs. Never that of AUTH, nor of a verb
    /// that is none: a client out of step sends its password there.
    /// </summary>
    public static SmtpReply WithLine(SmtpReply refusal, SmtpVerb verb, ReadOnlySpan<byte> line) =>
        verb is SmtpVerb.Ehlo or SmtpVerb.Helo or SmtpVerb.Lhlo or SmtpVerb.Mail or SmtpVerb.Rcpt
            ? refusal with { LogDetail = PeerText.Clean(Encoding.UTF8.GetString(line[..Math.Min(line.Length, LongestShown)])) }
            : refusal;

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
