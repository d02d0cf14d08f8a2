using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Limits;

/// <summary>Commands that move no message (NOOP, RSET, HELP, VRFY, refused RCPT and the like), by the minute. Mail itself has no such limit.</summary>
internal sealed class SmtpCommandRate(int perMinute, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private long _began = time.GetTimestamp();
    private int _count;
    private int _accepted;

    /// <summary>True when this command is one too many.</summary>
    /// <param name="accepted">Messages accepted on this connection: whoever sends mail may also say RSET in between.</param>
    public bool Spend(SmtpVerb verb, SmtpReply reply, int accepted)
    {
        if (perMinute <= 0)
            return false;
        if (accepted > _accepted)
        {
            _accepted = accepted;
            _count = 0;
        }
        if (reply.IsPositive && verb is SmtpVerb.Mail or SmtpVerb.Rcpt or SmtpVerb.Data or SmtpVerb.Bdat)
            return false;
        if (time.GetElapsedTime(_began) >= Window)
        {
            _began = time.GetTimestamp();
            _count = 0;
        }
        return ++_count > perMinute;
    }
}
