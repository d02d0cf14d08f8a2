using System.ComponentModel;
using InboundBridge.Operations.Refusals;

namespace InboundBridge.Api.Json;

internal sealed record RefusalJson(
    DateTimeOffset At,
    string Listener,
    [property: Description("The client's address; null on a unix socket.")] string? Client,
    [property: Description("The client's confirmed host name, where it was known by then.")] string? ClientName,
    [property: Description("What the client said in EHLO, HELO or LHLO.")] string? Helo,
    [property: Description("The version of TLS; null without it.")] string? Tls,
    string? User,
    [property: Description("The command that was refused, such as RCPT; null before the first one, and for one that does not exist.")]
    string? Verb,
    [property: Description("Empty for the null reverse-path; null where the client had not told it.")] string? Sender,
    [property: Description("The refused recipient; for a whole message its accepted recipients, separated by commas.")] string? Recipients,
    [property: Description("The reply that the client got.")] string Reply,
    int Code,
    [property: Description("A word of the list in docs/smtp.md, such as unknown_recipient.")] string? Reason,
    string? Rule,
    [property: Description("The cause, which the client is not told.")] string? Detail,
    [property: Description("What the checks of the sender had said by then.")] string? Authentication,
    string? Scan)
{
    public static RefusalJson Of(Refusal refusal) => new(
        refusal.At, refusal.Listener, refusal.Client, refusal.ClientName, refusal.Helo, refusal.Tls, refusal.User, refusal.Verb,
        refusal.Sender, refusal.Recipients, refusal.Reply, refusal.Code, refusal.Reason, refusal.Rule, refusal.Detail,
        refusal.Authentication, refusal.Scan);
}
