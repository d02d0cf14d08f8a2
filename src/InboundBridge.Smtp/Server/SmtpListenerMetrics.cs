using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server;

/// <summary>
/// Told by sessions what happens on one listener. Called on the sessions' threads, for each command: it must neither wait nor throw.
/// </summary>
public abstract class SmtpListenerMetrics
{
    public virtual void Opened()
    {
    }

    public virtual void Ended(SmtpConnectionOutcome outcome)
    {
    }

    public virtual void Answered(SmtpVerb verb, int code)
    {
    }

    /// <param name="stage"><c>connect</c>, <c>mail</c>, <c>rcpt</c> or <c>data</c>.</param>
    /// <param name="reason">The reply's own word, from the catalogues of replies.</param>
    public virtual void Refused(string stage, string reason)
    {
    }

    /// <param name="elapsed">From the 354 reply, or a message's first chunk, to its final reply.</param>
    public virtual void DataEnded(TimeSpan elapsed)
    {
    }

    /// <param name="outcome"><c>accepted</c>, <c>failed</c>, <c>abandoned</c>, <c>limited</c> or <c>unavailable</c>.</param>
    public virtual void Authenticated(string outcome)
    {
    }

    /// <summary>A refusal on a message's way. A command at the wrong moment refuses no message: it is counted among the commands.</summary>
    internal void Refused(SmtpVerb verb, SmtpReply reply)
    {
        if (Stage(verb) is { } stage && reply.Reason != SmtpReplies.BadSequence.Reason)
            Refused(stage, reply.Reason ?? "other");
    }

    /// <summary>A connection that never got a greeting.</summary>
    internal void TurnedAway(SmtpReply reply) => Refused("connect", reply.Reason ?? "other");

    /// <summary>The verb as a metric's label.</summary>
    protected static string NameOf(SmtpVerb verb) => SmtpVerbTable.Name(verb);

    private static string? Stage(SmtpVerb verb) => verb switch
    {
        SmtpVerb.Mail => "mail",
        SmtpVerb.Rcpt => "rcpt",
        SmtpVerb.Data or SmtpVerb.Bdat => "data",
        _ => null,
    };
}
