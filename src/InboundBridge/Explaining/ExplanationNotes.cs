using System.Net;
using InboundBridge.MailFlow.Reception.Trials;

namespace InboundBridge.Explaining;

/// <summary>Says where an explanation differs from a mail of a stranger, and what to give to see that.</summary>
internal static class ExplanationNotes
{
    private const string Remedy = "give the address of a client outside (--client-ip, or client_ip= over HTTP) to see what its mail would cause";

    /// <summary>For somebody who has given a client, and needs no hint how.</summary>
    private const string LoopbackRemedy = "to see what a stranger's mail would cause, give an address outside this machine";

    /// <summary>As <see cref="LoopbackRemedy"/>, for clients in trusted networks.</summary>
    private const string OtherRemedy = "to see what a stranger's mail would cause, give the address of a client outside these networks";

    public static IEnumerable<string> Of(MailExplanation explanation)
    {
        var (client, outcome) = (explanation.Mail.ClientIp, explanation.Outcome);
        if (!outcome.ChecksSenders)
            yield return "no check of the sender is configured";
        else if (outcome.ClientIsTrusted)
            yield return $"nothing about the sender was checked, because the client {client} is in smtp.trusted; "
                + (IsDefault(client) ? Remedy : OtherRemedy);
        else if (IsDefault(client))
            yield return $"the checks of the sender looked at the client {client}; {Remedy}";
        else if (IPAddress.IsLoopback(client))
            yield return $"the client {client} is this machine, and is checked like any other client; {LoopbackRemedy}";
    }

    /// <summary>The client of an explanation for which none was given.</summary>
    private static bool IsDefault(IPAddress client) => IPAddress.Loopback.Equals(client);

    /// <summary>Says where the reply to the data depends on somebody who was not asked.</summary>
    public static IEnumerable<string> OfPlan(MailExplanation explanation)
    {
        var asked = explanation.Plan.Where(each => each.IsAsked).Select(each => each.Delivery.Destination);
        foreach (var destination in asked.Distinct(StringComparer.Ordinal))
            yield return $"{destination} would be asked before the mail is accepted (mode: sync): its answer decides the reply";
    }
}
