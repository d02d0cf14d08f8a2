using System.Text;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Wire;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>Answers for lines that can't be parsed, and for the ends of a session.</summary>
internal static class SmtpLineFaults
{
    /// <summary>Octets of a refused line that go to the log; the longest valid path fits.</summary>
    private const int LongestShown = 300;

    /// <summary>
    /// Adds the refused line to the log entry, so that an operator can see what the sender did wrong. Lines of AUTH and of unknown verbs
    /// are never logged: a client that is out of step sends its password there.
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

    /// <summary>How the connection ended, by its last reply.</summary>
    public static SmtpConnectionOutcome Outcome(SmtpVerb verb, SmtpReply last) => last.Reason switch
    {
        "timeout" or "slow" => SmtpConnectionOutcome.TimedOut,
        "shutdown" => SmtpConnectionOutcome.ShutDown,
        _ => verb == SmtpVerb.Quit && last.IsPositive ? SmtpConnectionOutcome.Closed : SmtpConnectionOutcome.CutOff,
    };
}
