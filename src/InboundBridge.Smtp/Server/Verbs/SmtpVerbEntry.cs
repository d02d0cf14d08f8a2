using System.Text;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>Runs a command that the state table allows.</summary>
internal delegate ValueTask<SmtpAnswer> SmtpVerbHandler(SmtpSessionContext context, SmtpCommand command);

/// <summary>
/// Everything the server knows of one verb except its grammar: when it may come, who runs it, and what EHLO and HELP say about it.
/// </summary>
internal sealed record SmtpVerbEntry(SmtpVerb Verb, SmtpOrder Order, SmtpVerbHandler Handler)
{
    /// <summary>The verb works before TLS on a listener that requires TLS.</summary>
    public bool WorksWithoutTls { get; init; }

    /// <summary>The syntax that HELP shows; null when HELP does not list the verb.</summary>
    public string? Syntax { get; init; }

    /// <summary>Appends the extensions that EHLO lists for this verb, each after a line feed. Null when there are none.</summary>
    public Action<SmtpSessionContext, StringBuilder>? Extensions { get; init; }

    /// <summary>A verb that the state table refuses in every state.</summary>
    public static SmtpVerbEntry Refused(SmtpVerb verb, SmtpOrder order) =>
        new(verb, order, static (_, _) => new(SmtpReplies.NotImplemented));
}
