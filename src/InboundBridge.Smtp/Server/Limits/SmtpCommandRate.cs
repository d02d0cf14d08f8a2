using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Limits;

/// <summary>
/// Limits commands that move no message (NOOP, RSET, HELP, VRFY, refused RCPT and the
/// like) by the minute. Other commands have no limit here.
/// </summary>
internal sealed class SmtpCommandRate(int perMinute, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private long _began = time.GetTimestamp();
    private int _count;
    private int _accepted;

    /// <summary>True when this command exceeds the limit.</summary>
    /// <param name="accepted">
    /// Messages accepted on this connection. Each starts the count anew, so that a client may send RSET between its messages.
    /// </param>
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
